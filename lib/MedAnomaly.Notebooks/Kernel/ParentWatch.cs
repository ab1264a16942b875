using System.Globalization;
using System.Runtime.InteropServices;

namespace MedAnomaly.Notebooks.Kernel;

/// <summary>Notices that the front end which started this kernel has died without a word, so that no kernel outlives it unseen.</summary>
static partial class ParentWatch
{
    const string Variable = "JPY_PARENT_PID";
    static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>Calls <paramref name="orphaned"/> when the parent is gone; never where nobody said to watch it.</summary>
    public static IDisposable? Start(Action orphaned)
    {
        if (!int.TryParse(Environment.GetEnvironmentVariable(Variable), NumberStyles.None, CultureInfo.InvariantCulture, out var named) || named <= 0) return null;
        var parent = ParentId();
        // It may have died before we looked: then something adopted us that is not the one named, as a rule process 1.
        var lost = parent == 1 && named != 1;
        return new Timer(_ =>
        {
            if (lost || ParentId() != parent) orphaned();
        }, null, TimeSpan.Zero, Period);
    }

    [LibraryImport("libc", EntryPoint = "getppid")]
    private static partial int ParentId();
}
