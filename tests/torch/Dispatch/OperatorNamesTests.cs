using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace TorchSharp.Tests.Dispatch;

public sealed partial class OperatorNamesTests
{
    [GeneratedRegex("""(?:Call(?:Tuple|List|Scalar)?|InPlace|Filled|Random|Into)\((?:@out, )?"([a-z0-9_A-Z.]+)"(?:, "([a-z0-9_A-Z.]+)")?""")]
    private static partial Regex Calls();

    /// <summary>The wrappers name operators in strings: a slip of the pen would show only when somebody calls it.</summary>
    [Fact]
    public void Every_operator_named_in_the_binding_exists()
    {
        var names = Directory.EnumerateFiles(Path.Combine(Repository.Root, "lib", "torch"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/bin/", StringComparison.Ordinal))
            .SelectMany(f => Calls().Matches(File.ReadAllText(f)))
            .SelectMany(m => new[] { m.Groups[1].Value, m.Groups[2].Value })
            .Where(n => n.Length > 0)
            .ToHashSet(StringComparer.Ordinal);
        Assert.True(names.Count > 400, $"only {names.Count} names found");
        var missing = names.Where(n => !Exists(n)).Order(StringComparer.Ordinal).ToList();
        Assert.True(missing.Count == 0, $"not in libtorch {torch.__version__}: {string.Join(", ", missing)}");
    }

    static bool Exists(string name)
    {
        try
        {
            return TorchSharp.Dispatch.Schema(name).Length > 0;
        }
        catch (ExternalException)
        {
            return false;
        }
    }
}
