using System.Text;

namespace MedAnomaly.Volumes;

/// <summary>How much a finding about a header matters.</summary>
public enum Severity
{
    /// <summary>Unusual, without consequence for the voxels.</summary>
    Note,
    /// <summary>Something had to be assumed; the message says what.</summary>
    Warning,
    /// <summary>The file cannot be read.</summary>
    Error,
}

/// <summary>One thing that is odd or wrong in a header.</summary>
/// <param name="Severity">How much it matters.</param>
/// <param name="Field">The field's name in the format's definition ("dim[3]").</param>
/// <param name="Offset">The byte of the header at which the field starts.</param>
/// <param name="Message">What was found, what was expected, and what is assumed.</param>
public sealed record Finding(Severity Severity, string Field, int Offset, string Message)
{
    /// <summary>"warning: sform_code (byte 254): …".</summary>
    public override string ToString() =>
        FormattableString.Invariant($"{Severity.ToString().ToLowerInvariant()}: {Field} (byte {Offset}): {Message}");
}

/// <summary>A NIfTI header and all that is odd or wrong about it, without a voxel having been read.</summary>
/// <param name="Path">The file.</param>
/// <param name="Header">What the header says, where it can be believed.</param>
/// <param name="Findings">The oddities and faults, in the header's order.</param>
public sealed record HeaderReport(string Path, NiftiHeader Header, IReadOnlyList<Finding> Findings)
{
    /// <summary>Whether nothing stands against reading the voxels.</summary>
    public bool IsReadable => Findings.All(finding => finding.Severity != Severity.Error);

    /// <summary>Throws with every error in the message, if there is one.</summary>
    /// <exception cref="DataFormatException">The header has an error.</exception>
    public void RequireReadable()
    {
        if (IsReadable) return;
        var errors = Findings.Where(finding => finding.Severity == Severity.Error)
            .Select(finding => FormattableString.Invariant($"{finding.Field} (byte {finding.Offset}): {finding.Message}"));
        throw new DataFormatException($"{Path} is no readable NIfTI file: {string.Join(" ", errors)}");
    }

    /// <summary>The header in a few lines, the findings one a line.</summary>
    public override string ToString()
    {
        var text = new StringBuilder().Append(Path).Append(": ").Append(Header.Summary);
        foreach (var finding in Findings) text.Append('\n').Append("  ").Append(finding);
        return text.ToString();
    }
}
