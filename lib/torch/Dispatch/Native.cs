using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

[assembly: DisableRuntimeMarshalling]

namespace TorchSharp;

/// <summary>The C ABI of lib/native/torch/medanomaly_torch.h, function by function.</summary>
internal static unsafe partial class Native
{
    const string Library = Shim.Name;

    static Native() =>
        NativeLibrary.SetDllImportResolver(typeof(Native).Assembly, static (name, _, _) => name == Library ? Shim.Handle : 0);

    [LibraryImport(Library)] internal static partial byte* mt_error();
    [LibraryImport(Library)] internal static partial int mt_configuration(out byte* text);
    [LibraryImport(Library)] internal static partial int mt_get_num_threads();
    [LibraryImport(Library)] internal static partial int mt_set_num_threads(int n);
    [LibraryImport(Library)] internal static partial int mt_get_num_interop_threads();
    [LibraryImport(Library)] internal static partial int mt_set_num_interop_threads(int n);
    [LibraryImport(Library)] internal static partial int mt_blas_threads();
    [LibraryImport(Library)] internal static partial byte* mt_blas_kernels();
    [LibraryImport(Library), SuppressGCTransition] internal static partial int mt_grad_mode(int enabled);
    [LibraryImport(Library)] internal static partial int mt_inference_mode_enabled();
    [LibraryImport(Library)] internal static partial int mt_inference_mode_enter(int enabled, out nint guard);
    [LibraryImport(Library)] internal static partial void mt_inference_mode_exit(nint guard);
    [LibraryImport(Library)] internal static partial int mt_deterministic(int enabled, int warnOnly);
    [LibraryImport(Library)] internal static partial int mt_cuda_device_count();
    [LibraryImport(Library)] internal static partial int mt_cuda_has_cudnn();
    [LibraryImport(Library)] internal static partial int mt_cuda_synchronize(long index);
    [LibraryImport(Library)] internal static partial int mt_manual_seed(long seed);
    [LibraryImport(Library)] internal static partial int mt_generator_default(int deviceType, int deviceIndex, out nint generator);
    [LibraryImport(Library)] internal static partial int mt_generator_new(long seed, int deviceType, int deviceIndex, out nint generator);
    [LibraryImport(Library)] internal static partial void mt_generator_free(nint generator);
    [LibraryImport(Library)] internal static partial int mt_generator_seed(nint generator, long seed);
    [LibraryImport(Library)] internal static partial long mt_generator_current_seed(nint generator);
    [LibraryImport(Library)] internal static partial int mt_generator_get_state(nint generator, out nint state);
    [LibraryImport(Library)] internal static partial int mt_generator_set_state(nint generator, nint state);
    [LibraryImport(Library)] internal static partial int mt_throw(int kind);
    [LibraryImport(Library)] internal static partial void mt_free_array(void* array);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int mt_operator(string name, string overload, out nint op);
    [LibraryImport(Library)] internal static partial int mt_operator_schema(nint op, out byte* text);
    [LibraryImport(Library)] internal static partial int mt_operator_names(out byte* text);
    [LibraryImport(Library)]
    internal static partial int mt_call(nint op, NativeValue* args, int count, NativeValue* results, int capacity, int* produced);

    [LibraryImport(Library)] internal static partial void mt_free(nint tensor);
    [LibraryImport(Library)] internal static partial long mt_live();
    [LibraryImport(Library)] internal static partial int mt_retain(nint tensor, out nint copy);
    [LibraryImport(Library), SuppressGCTransition]
    internal static partial int mt_info(nint tensor, TensorInfo* info, long* sizes, long* strides, int capacity);
    [LibraryImport(Library)] internal static partial int mt_data(nint tensor, out void* data);
    [LibraryImport(Library)] internal static partial int mt_from_data(void* data, int dtype, long* sizes, int dimensions, out nint tensor);
    [LibraryImport(Library)]
    internal static partial int mt_from_blob(void* data, int dtype, long* sizes, int dimensions, delegate* unmanaged<void*, void> release,
        void* context, out nint tensor);
    [LibraryImport(Library)] internal static partial int mt_copy_out(nint tensor, void* destination, long bytes);
    [LibraryImport(Library)] internal static partial int mt_index(nint tensor, NativeIndex* indices, int count, out nint result);
    [LibraryImport(Library)] internal static partial int mt_index_put(nint tensor, NativeIndex* indices, int count, nint value);

    [LibraryImport(Library)] internal static partial int mt_set_requires_grad(nint tensor, int enabled);
    [LibraryImport(Library)] internal static partial int mt_retain_grad(nint tensor);
    [LibraryImport(Library)] internal static partial int mt_get_grad(nint tensor, out nint grad);
    [LibraryImport(Library)] internal static partial int mt_set_grad(nint tensor, nint grad);
    [LibraryImport(Library)]
    internal static partial int mt_backward(nint* tensors, int count, nint* grads, int retainGraph, int createGraph, nint* inputs,
        int inputsCount);
    [LibraryImport(Library)]
    internal static partial int mt_grad(nint* outputs, int outputsCount, nint* inputs, int inputsCount, nint* grads, int retainGraph,
        int createGraph, int allowUnused, nint* results);

    /// <summary>Turns a native failure into the exception type that TorchSharp throws for it.</summary>
    /// <exception cref="ExternalException">status is not 0; the message is libtorch's.</exception>
    internal static void Check(int status)
    {
#pragma warning disable CA2201 // The type that TorchSharp throws: who catches it there catches it here.
        if (status != 0) throw new ExternalException(Marshal.PtrToStringUTF8((nint)mt_error()) ?? "libtorch failed without a message");
#pragma warning restore CA2201
    }

    /// <summary>Takes over a text that the shim allocated.</summary>
    internal static string Take(byte* text)
    {
        try
        {
            return Marshal.PtrToStringUTF8((nint)text) ?? "";
        }
        finally
        {
            mt_free_array(text);
        }
    }
}

internal enum Tag { None, Tensor, Int, Double, Bool, Ints, Doubles, Bools, Tensors, Device, String, Generator, Default, Other }

[StructLayout(LayoutKind.Explicit, Size = 16)]
internal unsafe struct NativeValue
{
    [FieldOffset(0)] internal Tag Tag;
    [FieldOffset(4)] internal int Length;
    [FieldOffset(8)] internal long Integer;
    [FieldOffset(8)] internal double Real;
    [FieldOffset(8)] internal void* Pointer;
}

internal struct TensorInfo
{
    internal long Numel, StorageOffset, ElementSize;
    internal int Dimensions, DType, DeviceType, DeviceIndex, RequiresGrad, IsLeaf, IsContiguous, IsStrided;
}

internal enum IndexKind { None, Ellipsis, Integer, Boolean, Slice, Tensor }

internal struct NativeIndex
{
    internal const long Absent = long.MinValue;
    internal IndexKind Kind;
    internal int Reserved;
    internal long Start, Stop, Step;
    internal nint Tensor;
}
