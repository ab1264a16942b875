using System.Text.Json;

namespace MedAnomaly.Cli.Tests.Verbs;

public sealed class OutliersVerbTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("medanomaly-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    string Written(string name, string text)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Rows at 0 to 11, the fifth neighbour of each known.</summary>
    string Train() => Written("train.csv", "x\n" + string.Join('\n', Enumerable.Range(0, 12)));

    [Fact]
    public void Scores_print_as_JSON_and_nothing_else()
    {
        var (exitCode, output, errors) = CommandLine.Run(["outliers", Train(), Written("test.csv", "0\n5.25\n20\n"), "--detector", "knn", "--json"]);

        Assert.True(exitCode == 0, errors);
        using var json = JsonDocument.Parse(output);
        Assert.Equal("KNN", json.RootElement.GetProperty("detector").GetString());
        Assert.Equal([4, 2.25, 13], json.RootElement.GetProperty("scores").EnumerateArray().Select(score => score.GetDouble()));
        // The outermost rows' fifth neighbours are 5 away, those of the next 4.
        Assert.Equal(4.9, json.RootElement.GetProperty("threshold").GetDouble(), 1e-12);
    }

    [Fact]
    public void Else_a_line_a_row_says_whether_it_is_above_the_threshold()
    {
        var (exitCode, output, errors) = CommandLine.Run(["outliers", Train(), Written("test.csv", "0\n5.25\n20\n"), "--detector", "KNN"]);

        Assert.Equal((0, "score,abnormal\n4,0\n2.25,0\n13,1\n"), (exitCode, output));
        Assert.Contains("medanomaly: 1 of 3 rows are above the threshold of 4.9.", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void The_seed_decides_of_those_that_draw()
    {
        string train = Written("noise.csv", string.Join('\n', Enumerable.Range(0, 60).Select(row => FormattableString.Invariant($"{Math.Sin(row * row)},{Math.Cos(3 * row)}")))),
            test = Written("test.csv", "0.1,0.2\n1,2\n");
        string Scores(params string[] seed) => CommandLine.Run(["outliers", train, test, "--detector", "IForest", "--json", .. seed]).Output;

        Assert.Equal(Scores(), Scores("--seed", "0"));
        Assert.NotEqual(Scores(), Scores("--seed", "1"));
    }

    [Fact]
    public void Faults_end_with_the_exit_code_of_their_kind()
    {
        string train = Train(), wide = Written("wide.csv", "1,2\n"), damaged = Path.Combine(folder, "cut.npy");
        File.WriteAllText(damaged, "no array");

        Check(2, "There is no outlier detector 'KNM'; expected one of Covariance,", train, train, "KNM");
        Check(2, "The contamination is 2; expected the share of training rows that may be abnormal, above 0 and at most 0.5.", train, train, "KNN", "--contamination", "2");
        Check(2, "rows.txt ends neither in .csv nor in .npy; expected a matrix in one of these formats, a row a sample.", "rows.txt", train, "KNN");
        Check(3, $"{damaged} is no .npy file: it starts with 6e6f206172726179, not with 934e554d5059. Save it with numpy.save.", damaged, train, "KNN");
        Check(3, "KNN was fitted to rows of 1 features, but those to score have 2. Score what was made as the training rows were.", train, wide, "KNN");
        Check(3, "KNN cannot be fitted to 1 rows of 2 features; expected at least 6 rows. A row is no neighbour of its own. Give it more training rows.", wide, wide, "KNN");
        Check(3, $"{folder}/none.csv cannot be read: ", $"{folder}/none.csv", train, "KNN");
        Assert.Contains("--detector", CommandLine.Run(["outliers", train, train]).Errors, StringComparison.Ordinal);
    }

    static void Check(int expected, string message, string train, string test, string detector, params string[] more)
    {
        var (exitCode, output, errors) = CommandLine.Run(["outliers", train, test, "--detector", detector, .. more]);

        Assert.Equal((expected, ""), (exitCode, output));
        Assert.Contains("medanomaly: " + message, errors, StringComparison.Ordinal);
    }
}
