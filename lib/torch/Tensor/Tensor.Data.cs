using System.Runtime.InteropServices;
using TorchSharp.Utils;
using static TorchSharp.Dispatch;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The elements, read and written in place; a tensor of another device is copied to the CPU first.</summary>
        /// <exception cref="ArgumentException">T is not the C# type of <see cref="dtype"/>.</exception>
        public TensorAccessor<T> data<T>() where T : unmanaged
        {
            RequireType<T>();
            return new TensorAccessor<T>(device_type == DeviceType.CPU ? this : cpu());
        }

        /// <exception cref="ArgumentException">There is not exactly one element, or T is not the C# type of <see
        /// cref="dtype"/>.</exception>
        public unsafe T item<T>() where T : unmanaged
        {
            if (numel() != 1)
                throw new ArgumentException($"Number of elements in the tensor must be 1, but the tensor has the shape {Brackets(shape)}");
            RequireType<T>();
            T result;
            Native.Check(Native.mt_copy_out(Handle, &result, sizeof(T)));
            GC.KeepAlive(this);
            return result;
        }

        public Scalar ToScalar() => CallScalar("item", this);

        /// <summary>The memory of a contiguous CPU tensor.</summary>
        public Span<byte> bytes
        {
            get => Memory();
            set
            {
                var memory = Memory();
                if (memory.Length != value.Length)
                    throw new ArgumentException($"The tensor has {memory.Length} bytes, the data {value.Length}");
                value.CopyTo(memory);
            }
        }

        /// <summary>The whole contiguous CPU memory, chunk by chunk, so that it may exceed 2 GB.</summary>
        public unsafe void WriteBytesToStream(Stream stream, int bufferSize = 1024)
        {
            var at = (byte*)Address();
            for (var left = numel() * element_size(); left > 0; left -= bufferSize, at += bufferSize)
                stream.Write(new ReadOnlySpan<byte>(at, (int)Math.Min(left, bufferSize)));
            GC.KeepAlive(this);
        }

        public unsafe void ReadBytesFromStream(Stream stream, int bufferSize = 1024)
        {
            var at = (byte*)Address();
            for (var left = numel() * element_size(); left > 0; left -= bufferSize, at += bufferSize)
                stream.ReadExactly(new Span<byte>(at, (int)Math.Min(left, bufferSize)));
            GC.KeepAlive(this);
        }

        unsafe Span<byte> Memory()
        {
            var size = numel() * element_size();
            return size <= int.MaxValue
                ? new Span<byte>(Address(), (int)size)
                : throw new InvalidOperationException($"The tensor has {size} bytes, more than a span can hold; use WriteBytesToStream.");
        }

        /// <summary>The address of the first element. The caller keeps the tensor alive while it uses it.</summary>
        internal unsafe void* Address()
        {
            var info = Info();
            if (info.DeviceType != (int)DeviceType.CPU)
                throw new InvalidOperationException("Reading data from non-CPU memory is not supported. Move or copy the tensor to the cpu before reading.");
            if (info.IsContiguous == 0)
                throw new InvalidOperationException("The tensor is not contiguous; call contiguous() first.");
            return StridedAddress();
        }

        internal unsafe void* StridedAddress()
        {
            Native.Check(Native.mt_data(Handle, out var data));
            return data;
        }

        void RequireType<T>() where T : unmanaged
        {
            var type = dtype;
            if (type != ElementType<T>.Value) throw new ArgumentException($"{typeof(T).Name} is not compatible with {type}");
        }

        public T ReadCpuValue<T>(long i) where T : unmanaged => data<T>()[i];
        public double ReadCpuDouble(long i) => ReadCpuValue<double>(i);
        public float ReadCpuSingle(long i) => ReadCpuValue<float>(i);
        public int ReadCpuInt32(long i) => ReadCpuValue<int>(i);
        public long ReadCpuInt64(long i) => ReadCpuValue<long>(i);
        public byte ReadCpuByte(long i) => ReadCpuValue<byte>(i);
        public sbyte ReadCpuSByte(long i) => ReadCpuValue<sbyte>(i);
        public short ReadCpuInt16(long i) => ReadCpuValue<short>(i);
        public bool ReadCpuBool(long i) => ReadCpuValue<bool>(i);

        public Tensor to_type(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            After(Call("to.dtype", this, type, non_blocking, copy), disposeAfter);

        public Tensor to(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to_type(type, copy, disposeAfter, non_blocking);

        public Tensor to(ScalarType type, Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            After(Call("to.device", this, InitializeDevice(device), type, non_blocking, copy), disposeAfter);

        public Tensor to(Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(dtype, device, copy, disposeAfter, non_blocking);

        public Tensor to(DeviceType deviceType, int deviceIndex = -1, bool copy = false, bool disposeAfter = false,
            bool non_blocking = false) =>
            to(new Device(deviceType, deviceIndex), copy, disposeAfter, non_blocking);

        public Tensor to(string device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(new Device(device), copy, disposeAfter, non_blocking);

        public Tensor to(Tensor other, bool non_blocking = false) => to(other.dtype, other.device, non_blocking: non_blocking);

        public Tensor cpu() => to(CPU);
        public Tensor cuda(Device? device = null, bool non_blocking = false) => to(device ?? CUDA, non_blocking: non_blocking);
        public Tensor pin_memory() => Call("pin_memory", this);
        public Tensor to_dense() => Call("to_dense", this);

        public Tensor type(ScalarType dtype) => to_type(dtype);
        public Tensor type(Func<Tensor, Tensor> typeFunc) => typeFunc(this);
        public Tensor type_as(Tensor tensor) => to_type(tensor.dtype);
        public Tensor @bool() => to_type(ScalarType.Bool);
        public Tensor @byte() => to_type(ScalarType.Byte);
        public Tensor @char() => to_type(ScalarType.Int8);
        public Tensor @short() => to_type(ScalarType.Int16);
        public Tensor @int() => to_type(ScalarType.Int32);
        public Tensor @long() => to_type(ScalarType.Int64);
        public Tensor half() => to_type(ScalarType.Float16);
        public Tensor bfloat16() => to_type(ScalarType.BFloat16);
        public Tensor @float() => to_type(ScalarType.Float32);
        public Tensor @double() => to_type(ScalarType.Float64);

        public Tensor clone() => Call("clone", this);

        Tensor After(Tensor result, bool dispose)
        {
            if (dispose) Dispose();
            return result;
        }
    }

    /// <summary>Which of torch's types a C# type is.</summary>
    internal static class ElementType<T>
    {
        internal static readonly ScalarType Value = ElementTypeOf(typeof(T));
    }

    internal static ScalarType ElementTypeOf(Type type) =>
        type == typeof(float) ? ScalarType.Float32
        : type == typeof(double) ? ScalarType.Float64
        : type == typeof(long) ? ScalarType.Int64
        : type == typeof(int) ? ScalarType.Int32
        : type == typeof(short) ? ScalarType.Int16
        : type == typeof(byte) ? ScalarType.Byte
        : type == typeof(sbyte) ? ScalarType.Int8
        : type == typeof(bool) ? ScalarType.Bool
        : type == typeof(Half) ? ScalarType.Float16
        : throw new NotSupportedException($"A tensor cannot hold elements of the C# type {type.Name}.");
}
