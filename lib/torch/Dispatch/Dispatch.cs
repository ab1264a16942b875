using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>
/// Every operator of libtorch by its name ("add.Tensor", "linalg_svd"): what TorchSharp's own names are made of here.
/// This class is ours alone; TorchSharp has none like it, so only lib/torch and its tests use it.
/// </summary>
public static unsafe class Dispatch
{
    const int MaxResults = 16;

    static readonly ConcurrentDictionary<string, nint> operators = new(StringComparer.Ordinal);

    /// <summary>Calls an operator that returns one tensor.</summary>
    /// <exception cref="ExternalException">libtorch refused; the message is its own.</exception>
    [SkipLocalsInit]
    public static torch.Tensor Call(string name, params ReadOnlySpan<Value> args)
    {
        NativeValue result;
        return Invoke(name, args, new Span<NativeValue>(&result, 1)) == 1 && result.Tag == Tag.Tensor
            ? new torch.Tensor((nint)result.Pointer, result.Length)
            : throw new InvalidOperationException($"aten::{name} returned no tensor.");
    }

    /// <summary>Calls an operator that returns a tuple of tensors; an undefined one is null.</summary>
    public static torch.Tensor?[] CallTuple(string name, params ReadOnlySpan<Value> args)
    {
        Span<NativeValue> results = stackalloc NativeValue[MaxResults];
        var produced = Invoke(name, args, results);
        var tensors = new torch.Tensor?[produced];
        for (var i = 0; i < produced; i++)
            if (results[i].Tag == Tag.Tensor) tensors[i] = new torch.Tensor((nint)results[i].Pointer, results[i].Length);
        return tensors;
    }

    /// <summary>Calls an operator that returns a list of tensors.</summary>
    public static torch.Tensor[] CallList(string name, params ReadOnlySpan<Value> args)
    {
        NativeValue result;
        Invoke(name, args, new Span<NativeValue>(&result, 1));
        if (result.Tag != Tag.Tensors) throw new InvalidOperationException($"aten::{name} returned no list of tensors.");
        var tensors = new torch.Tensor[result.Length];
        for (var i = 0; i < tensors.Length; i++) tensors[i] = new torch.Tensor(((nint*)result.Pointer)[i]);
        Native.mt_free_array(result.Pointer);
        return tensors;
    }

    /// <summary>Calls an operator that returns a number or a truth value.</summary>
    public static Scalar CallScalar(string name, params ReadOnlySpan<Value> args)
    {
        NativeValue result;
        Invoke(name, args, new Span<NativeValue>(&result, 1));
        return result.Tag switch
        {
            Tag.Int => result.Integer,
            Tag.Double => result.Real,
            Tag.Bool => result.Integer != 0,
            _ => throw new InvalidOperationException($"aten::{name} returned no number."),
        };
    }

    /// <summary>Calls an operator that changes its first argument and returns it: the same object comes back.</summary>
    public static torch.Tensor InPlace(string name, params ReadOnlySpan<Value> args)
    {
        NativeValue result;
        if (Invoke(name, args, new Span<NativeValue>(&result, 1)) == 1 && result.Tag == Tag.Tensor) Native.mt_free((nint)result.Pointer);
        return (torch.Tensor)args[0].Reference!;
    }

    /// <summary>The operator's signature as libtorch writes it.</summary>
    public static string Schema(string name)
    {
        Native.Check(Native.mt_operator_schema(Find(name), out var text));
        return Native.Take(text);
    }

    /// <summary>The names of all operators of the libtorch that is loaded.</summary>
    public static IReadOnlyList<string> Names
    {
        get
        {
            Native.Check(Native.mt_operator_names(out var text));
            return Native.Take(text).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
    }

    /// <summary>libtorch's description of itself: compiler, instruction set in use, libraries.</summary>
    public static string Configuration
    {
        get
        {
            Native.Check(Native.mt_configuration(out var text));
            return Native.Take(text);
        }
    }

    /// <summary>How many tensor handles this process holds.</summary>
    public static long LiveTensors => Native.mt_live();

    /// <summary>How many threads OpenBLAS would use now; 0 where libtorch uses another library.</summary>
    public static int BlasThreads => Native.mt_blas_threads();

    /// <summary>The processor whose kernels OpenBLAS runs ("Haswell"); null where libtorch uses another library.</summary>
    public static string? BlasKernels => Marshal.PtrToStringUTF8((nint)Native.mt_blas_kernels());

    static nint Find(string name)
    {
        if (operators.TryGetValue(name, out var op)) return op;
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        var (stem, overload) = dot < 0 ? (name, "") : (name[..dot], name[(dot + 1)..]);
        Native.Check(Native.mt_operator(stem.Contains("::", StringComparison.Ordinal) ? stem : "aten::" + stem, overload, out op));
        return operators.GetOrAdd(name, op);
    }

    [SkipLocalsInit]
    static int Invoke(string name, ReadOnlySpan<Value> args, Span<NativeValue> results)
    {
        const int onStack = 64;
        var op = Find(name);
        var words = 0;
        foreach (ref readonly var arg in args) words += arg.Words;
        var buffer = words <= onStack ? stackalloc long[onStack] : GC.AllocateUninitializedArray<long>(words);
        var natives = stackalloc NativeValue[args.Length];
        int produced, status;
        fixed (long* start = buffer)
        fixed (NativeValue* produce = results)
        {
            var scratch = start;
            for (var i = 0; i < args.Length; i++) args[i].Write(natives + i, ref scratch);
            status = Native.mt_call(op, natives, args.Length, produce, results.Length, &produced);
        }
        // The native side works with bare handles: no finalizer may run before it is done.
        foreach (ref readonly var arg in args) GC.KeepAlive(arg.Reference);
        Native.Check(status);
        return produced;
    }
}
