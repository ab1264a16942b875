namespace MedAnomaly;

/// <summary>What a process reports when it ends; the same for every verb, documented in README.md.</summary>
public enum ExitCode
{
    /// <summary>Everything went well.</summary>
    Ok = 0,
    /// <summary>A notebook's cell failed.</summary>
    CellFailed = 1,
    /// <summary>The command line or a parameter is wrong.</summary>
    Usage = 2,
    /// <summary>Data is missing, damaged or not what its hash says.</summary>
    Data = 3,
    /// <summary>The machine lacks something: a library, a package, a device.</summary>
    Environment = 4,
    /// <summary>A result could not be written.</summary>
    Output = 5,
    /// <summary>A cell or a run took longer than it was given.</summary>
    Timeout = 124,
    /// <summary>The user interrupted the run.</summary>
    Interrupted = 130,
    /// <summary>The process that runs the cells died.</summary>
    KernelDied = 138,
}

/// <summary>A fault that the user can do something about. Its message says what happened, where, what was expected, what was found and what to do.</summary>
public abstract class WorkbenchException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The exit code of a command that ends with this fault.</summary>
    public abstract ExitCode ExitCode { get; }
}

/// <summary>A file's contents are not what its format demands: an image, a volume, a weight file, a table.</summary>
public sealed class DataFormatException(string message, Exception? inner = null) : WorkbenchException(message, inner)
{
    /// <inheritdoc/>
    public override ExitCode ExitCode => ExitCode.Data;
}

/// <summary>A dataset, a weight file or a manifest is missing, incomplete or not what it should be.</summary>
public sealed class DatasetException(string message, Exception? inner = null) : WorkbenchException(message, inner)
{
    /// <inheritdoc/>
    public override ExitCode ExitCode => ExitCode.Data;
}

/// <summary>An argument, a parameter or a command line is not acceptable.</summary>
public sealed class UsageException(string message, Exception? inner = null) : WorkbenchException(message, inner)
{
    /// <inheritdoc/>
    public override ExitCode ExitCode => ExitCode.Usage;
}

/// <summary>The machine lacks what the work needs: a system library, a package, a device.</summary>
public sealed class MachineException(string message, Exception? inner = null) : WorkbenchException(message, inner)
{
    /// <inheritdoc/>
    public override ExitCode ExitCode => ExitCode.Environment;
}

/// <summary>A result could not be written.</summary>
public sealed class OutputException(string message, Exception? inner = null) : WorkbenchException(message, inner)
{
    /// <inheritdoc/>
    public override ExitCode ExitCode => ExitCode.Output;
}
