namespace TorchSharp;

/// <summary>PyTorch's functions under TorchSharp's names.</summary>
public static partial class torch
{
    static string? version;

    /// <summary>The version of the libtorch that is loaded.</summary>
    public static string __version__ => version ??= Shim.RunningVersion(Dispatch.Configuration);

    public static int get_num_threads() => Native.mt_get_num_threads();
    public static void set_num_threads(int num) => Native.Check(Native.mt_set_num_threads(num));
    public static int get_num_interop_threads() => Native.mt_get_num_interop_threads();
    public static void set_num_interop_threads(int num) => Native.Check(Native.mt_set_num_interop_threads(num));

    /// <summary>Opens a scope: tensors that this thread makes from now on are disposed with it.</summary>
    public static DisposeScope NewDisposeScope() => DisposeScopeManager.Current.NewDisposeScope();

    public static DisposeScope? CurrentDisposeScope => DisposeScopeManager.Current.CurrentDisposeScope;

    /// <summary>Runs a function in a scope of its own; only its result survives.</summary>
    public static Tensor WrappedTensorDisposeScope(Func<Tensor> expr)
    {
        using var scope = NewDisposeScope();
        return expr().MoveToOuterDisposeScope();
    }

    public static IDisposable no_grad() => new GradMode(false);
    public static IDisposable enable_grad(bool enabled = true) => new GradMode(enabled);
    public static IDisposable set_grad_enabled(bool mode = true) => new GradMode(mode);
    public static bool is_grad_enabled() => Native.mt_grad_mode(-1) != 0;

    public static IDisposable inference_mode(bool mode = true) => new InferenceMode(mode);
    public static bool is_inference_mode_enabled() => Native.mt_inference_mode_enabled() != 0;

    public static IDisposable use_deterministic_algorithms(bool mode = true, bool warn_only = false) =>
        new DeterministicMode(mode, warn_only);
    public static bool are_deterministic_algorithms_enabled() => (Native.mt_deterministic(-1, 0) & 1) != 0;
    public static bool is_deterministic_algorithms_warn_only_enabled() => (Native.mt_deterministic(-1, 0) & 2) != 0;

    public static void _assert(bool condition, string message)
    {
        if (!condition) throw new InvalidOperationException(message);
    }

    /// <summary>Whether autograd records, on this thread, until disposed.</summary>
    sealed class GradMode : IDisposable
    {
        readonly int before;
        bool restored;

        internal GradMode(bool enabled) => before = Native.mt_grad_mode(enabled ? 1 : 0);

        public void Dispose()
        {
            if (restored) return;
            restored = true;
            Native.mt_grad_mode(before);
        }
    }

    sealed class InferenceMode : IDisposable
    {
        nint guard;

        internal InferenceMode(bool enabled) => Native.Check(Native.mt_inference_mode_enter(enabled ? 1 : 0, out guard));

        public void Dispose()
        {
            if (guard == 0) return;
            Native.mt_inference_mode_exit(guard);
            guard = 0;
        }
    }

    sealed class DeterministicMode : IDisposable
    {
        readonly int before;

        internal DeterministicMode(bool enabled, bool warnOnly)
        {
            before = Native.mt_deterministic(-1, 0);
            Native.mt_deterministic(enabled ? 1 : 0, warnOnly ? 1 : 0);
        }

        public void Dispose() => Native.mt_deterministic(before & 1, before >> 1);
    }
}
