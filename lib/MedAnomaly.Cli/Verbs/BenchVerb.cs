using System.CommandLine;
using MedAnomaly.Benchmarks;
using MedAnomaly.Progress;

namespace MedAnomaly.Cli.Verbs;

/// <summary><c>bench</c>: ours against the peers that are installed, in turn and on the same data.</summary>
static class BenchVerb
{
    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = string.Join(", ", Benchmarks.Benchmarks.Names) };
        var size = new Option<BenchmarkSize>("--size")
        {
            Description = "small (seconds; only whether all agree), full (minutes; real patch features) or large (ours alone; memory).",
            DefaultValueFactory = _ => BenchmarkSize.Full,
        };
        var dataset = new Option<string?>("--dataset")
        {
            Description = "Whose normal images the patch features are made of: br35h, and for the large size simulated-brains, unless given.",
        };
        var repeats = new Option<int>("--repeats") { Description = "How often each contender runs.", DefaultValueFactory = _ => 3 };
        var json = new Option<bool>("--json") { Description = "Print the report as JSON." };
        var verb = new Command("bench", "Measure ours and the peers' (FAISS, torch, scikit-learn, scipy) in one run: medians and ratios.")
        {
            name, size, dataset, repeats, json,
        };
        verb.SetAction((parsed, cancellation) => Task.Run(() =>
        {
            var report = Benchmarks.Benchmarks.Run(parsed.GetRequiredValue(name), parsed.GetValue(size), parsed.GetValue(dataset),
                parsed.GetValue(repeats), new ProgressBar(), cancellation);
            Console.Write(parsed.GetValue(json) ? report.ToJson() : report.ToString());
        }, cancellation));
        return verb;
    }
}
