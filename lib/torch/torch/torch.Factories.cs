using System.Runtime.InteropServices;
using static TorchSharp.Dispatch;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A tensor of the array's shape and type. The elements are copied.</summary>
    public static Tensor from_array(Array rawArray, Device? device = null) => from_array(rawArray, null, device);

    public static unsafe Tensor from_array(Array rawArray, ScalarType? dtype, Device? device = null, bool requires_grad = false)
    {
        var type = ElementTypeOf(rawArray.GetType().GetElementType()!);
        var shape = new long[rawArray.Rank];
        for (var d = 0; d < shape.Length; d++) shape[d] = rawArray.GetLongLength(d);
        fixed (byte* data = &MemoryMarshal.GetArrayDataReference(rawArray))
            return Placed(FromMemory(data, type, shape), dtype ?? type, device, requires_grad);
    }

    public static Tensor as_tensor(Array data, ScalarType? dtype = null, Device? device = null) => from_array(data, dtype, device);

    /// <summary>The tensor itself in another guise: same memory where type and device are already right.</summary>
    public static Tensor as_tensor(Tensor data, ScalarType? dtype = null, Device? device = null) =>
        data.to(dtype ?? data.dtype, device ?? data.device);
    public static Tensor as_tensor(bool[] rawArray, ScalarType? dtype = null, Device? device = null) => tensor(rawArray, dtype, device);
    public static Tensor as_tensor(IList<bool> rawArray, ScalarType? dtype = null, Device? device = null) =>
        tensor(rawArray, dtype, device);
    public static Tensor as_tensor(byte[] rawArray, ScalarType? dtype = null, Device? device = null) => tensor(rawArray, dtype, device);
    public static Tensor as_tensor(IList<byte> rawArray, ScalarType? dtype = null, Device? device = null) =>
        tensor(rawArray, dtype, device);
    public static Tensor as_tensor(sbyte[] rawArray, ScalarType? dtype = null, Device? device = null) => tensor(rawArray, dtype, device);
    public static Tensor as_tensor(IList<sbyte> rawArray, ScalarType? dtype = null, Device? device = null) =>
        tensor(rawArray, dtype, device);
    public static Tensor as_tensor(short[] rawArray, ScalarType? dtype = null, Device? device = null) => tensor(rawArray, dtype, device);
    public static Tensor as_tensor(IList<short> rawArray, ScalarType? dtype = null, Device? device = null) =>
        tensor(rawArray, dtype, device);
    public static Tensor as_tensor(int[] rawArray, ScalarType? dtype = null, Device? device = null) => tensor(rawArray, dtype, device);
    public static Tensor as_tensor(IList<int> rawArray, ScalarType? dtype = null, Device? device = null) => tensor(rawArray, dtype, device);
    public static Tensor as_tensor(long[] rawArray, ScalarType? dtype = null, Device? device = null) => tensor(rawArray, dtype, device);
    public static Tensor as_tensor(IList<long> rawArray, ScalarType? dtype = null, Device? device = null) =>
        tensor(rawArray, dtype, device);
    public static Tensor as_tensor(float[] rawArray, ScalarType? dtype = null, Device? device = null) => tensor(rawArray, dtype, device);
    public static Tensor as_tensor(IList<float> rawArray, ScalarType? dtype = null, Device? device = null) =>
        tensor(rawArray, dtype, device);
    public static Tensor as_tensor(double[] rawArray, ScalarType? dtype = null, Device? device = null) => tensor(rawArray, dtype, device);
    public static Tensor as_tensor(IList<double> rawArray, ScalarType? dtype = null, Device? device = null) =>
        tensor(rawArray, dtype, device);

    /// <summary>A tensor over the array's own memory: a change of one is a change of the other. Counted in elements of the array.</summary>
    public static unsafe Tensor frombuffer(Array rawArray, ScalarType dtype, long count = -1, long offset = 0, bool requires_grad = false)
    {
        var length = rawArray.LongLength;
        if (offset < 0 || offset >= length)
            throw new ArgumentException($"invalid value for 'offset': {offset} of {length} elements", nameof(offset));
        if (count < 0) count = length - offset;
        if (count > length - offset)
            throw new ArgumentException($"element count is too large: {count} from {offset} on, of {length}", nameof(count));
        var element = ElementTypeOf(rawArray.GetType().GetElementType()!);
        if (element != dtype) throw new NotSupportedException($"An array of {element} cannot be seen as {dtype}.");
        var pin = GCHandle.Alloc(rawArray, GCHandleType.Pinned);
        var start = (byte*)pin.AddrOfPinnedObject() + offset * element.ElementSize();
        var size = count;
        var status = Native.mt_from_blob(start, (int)element, &size, 1, &Unpin, (void*)GCHandle.ToIntPtr(pin), out var handle);
        if (status != 0) pin.Free();
        Native.Check(status);
        return new Tensor(handle).Requiring(requires_grad);
    }

    [UnmanagedCallersOnly]
    static unsafe void Unpin(void* pin) => GCHandle.FromIntPtr((nint)pin).Free();

    public static Tensor arange(Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        arange(0, stop, 1, dtype, device, requires_grad);

    public static Tensor arange(Scalar start, Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        arange(start, stop, 1, dtype, device, requires_grad);

    public static Tensor arange(Scalar start, Scalar stop, Scalar step, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false)
    {
        var integral = is_integral(start.Type) && is_integral(stop.Type) && is_integral(step.Type);
        return Call("arange.start_step", start, stop, step, dtype ?? (integral ? ScalarType.Int64 : defaultDType), Value.None,
            InitializeDevice(device)).Requiring(requires_grad);
    }

    public static Tensor linspace(double start, double end, long steps, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false) =>
        Call("linspace", start, end, steps, dtype ?? defaultDType, Value.None, InitializeDevice(device)).Requiring(requires_grad);

    public static Tensor logspace(double start, double end, long steps, double @base = 10, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false) =>
        Call("logspace", start, end, steps, @base, dtype ?? defaultDType, Value.None, InitializeDevice(device)).Requiring(requires_grad);

    public static Tensor eye(long rows, long columns = -1, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Call("eye.m", rows, columns == -1 ? rows : columns, dtype ?? defaultDType, Value.None,
            InitializeDevice(device)).Requiring(requires_grad);

    public static Tensor empty_strided(long[] size, long[] strides, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false) =>
        Call("empty_strided", size, strides, dtype ?? defaultDType, Value.None, InitializeDevice(device)).Requiring(requires_grad);

    public static Tensor empty_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        input.empty_like(dtype, device, requires_grad);
    public static Tensor zeros_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        input.zeros_like(dtype, device, requires_grad);
    public static Tensor ones_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        input.ones_like(dtype, device, requires_grad);
    public static Tensor rand_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        input.rand_like(dtype, device, requires_grad);
    public static Tensor randn_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        input.randn_like(dtype, device, requires_grad);
    public static Tensor full_like(Tensor input, Scalar value, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false) =>
        input.full_like(value, dtype, device, requires_grad);
    public static Tensor randint_like(Tensor input, long low, long high, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false) =>
        input.randint_like(low, high, dtype, device, requires_grad);

    public static Tensor tril_indices(long row, long col, long offset = 0, ScalarType dtype = ScalarType.Int64, Device? device = null) =>
        Call("tril_indices", row, col, offset, dtype, Value.None, InitializeDevice(device));

    public static Tensor triu_indices(long row, long col, long offset = 0, ScalarType dtype = ScalarType.Int64, Device? device = null) =>
        Call("triu_indices", row, col, offset, dtype, Value.None, InitializeDevice(device));

    static Tensor Number(Scalar value, ScalarType dtype, Device? device, bool requires_grad) =>
        Call("scalar_tensor", value, dtype, Value.None, InitializeDevice(device)).Requiring(requires_grad);

    static unsafe Tensor Copied<T>(ReadOnlySpan<T> data, ReadOnlySpan<long> dimensions, ScalarType? dtype, Device? device,
        bool requires_grad) where T : unmanaged
    {
        long size = 1;
        foreach (var n in dimensions) size = checked(size * n);
        if (size > data.Length)
            throw new ArgumentException($"mismatched total size creating a tensor from an array: {size} vs. {data.Length}");
        fixed (T* start = data) return Placed(FromMemory(start, ElementType<T>.Value, dimensions), dtype ?? ElementType<T>.Value, device,
            requires_grad);
    }

    static unsafe Tensor FromMemory(void* data, ScalarType type, ReadOnlySpan<long> shape)
    {
        nint handle;
        fixed (long* sizes = shape) Native.Check(Native.mt_from_data(data, (int)type, sizes, shape.Length, out handle));
        return new Tensor(handle);
    }

    static Tensor Placed(Tensor tensor, ScalarType dtype, Device? device, bool requires_grad)
    {
        device = InitializeDevice(device);
        if (dtype != tensor.dtype || device.type != DeviceType.CPU) tensor = tensor.to(dtype, device, disposeAfter: true);
        return tensor.Requiring(requires_grad);
    }
}
