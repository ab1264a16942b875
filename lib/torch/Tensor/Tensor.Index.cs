using System.Runtime.CompilerServices;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>One entry between the brackets of x[...]: a number, a range, a tensor, None, Ellipsis.</summary>
    public struct TensorIndex
    {
        readonly IndexKind kind;
        readonly long start, stop, step;
        readonly Tensor? tensor;

        TensorIndex(IndexKind kind, long start = 0, long stop = 0, long step = 0, Tensor? tensor = null)
        {
            this.kind = kind;
            this.start = start;
            this.stop = stop;
            this.step = step;
            this.tensor = tensor;
        }

        /// <summary>A new dimension of size 1, as numpy's newaxis.</summary>
        public static readonly TensorIndex None = new(IndexKind.None);

        public static readonly TensorIndex Null = None;

        /// <summary>As many whole dimensions as are left over.</summary>
        public static readonly TensorIndex Ellipsis = new(IndexKind.Ellipsis);

        /// <summary>A whole dimension.</summary>
        public static readonly TensorIndex Colon = Slice();

        public static TensorIndex Single(long? index) => new(IndexKind.Integer, index ?? 0);
        public static TensorIndex Bool(bool value) => new(IndexKind.Boolean, value ? 1 : 0);
        public static TensorIndex Tensor(Tensor tensor) => new(IndexKind.Tensor, tensor: tensor);

        public static TensorIndex Slice(long? start = null, long? stop = null, long? step = null) =>
            new(IndexKind.Slice, start ?? NativeIndex.Absent, stop ?? NativeIndex.Absent, step ?? NativeIndex.Absent);

        public static TensorIndex Slice((int? start, int? end) range) => Slice(range.start, range.end);

        public static TensorIndex Slice(Range range) => Slice(
            range.Start.IsFromEnd ? -range.Start.Value : range.Start.Value,
            !range.End.IsFromEnd ? range.End.Value : range.End.Value == 0 ? null : -range.End.Value);

        public static implicit operator TensorIndex(long value) => Single(value);
        public static implicit operator TensorIndex((int? start, int? end) range) => Slice(range);
        public static implicit operator TensorIndex(Range range) => Slice(range);
        public static implicit operator TensorIndex(Index index) => Single(index.IsFromEnd ? -index.Value : index.Value);

        /// <summary>Only for overload resolution: it makes x[1, ..] prefer the indexer of TensorIndex. Never called.</summary>
        public static implicit operator Tensor(TensorIndex value) => throw new InvalidOperationException("An index is no tensor.");

        internal Tensor? Reference => tensor;

        internal NativeIndex ToNative() => new() { Kind = kind, Start = start, Stop = stop, Step = step, Tensor = tensor?.Handle ?? 0 };
    }

    public partial class Tensor
    {
        public unsafe Tensor index(params TensorIndex[] indices)
        {
            nint result;
            fixed (NativeIndex* native = ToNative(indices)) Native.Check(Native.mt_index(Handle, native, indices.Length, out result));
            KeepAlive(indices);
            return new Tensor(result);
        }

        public Tensor index(params Tensor[] indices) => index(ToIndices(indices));

        public unsafe Tensor index_put_(Tensor value, params TensorIndex[] indices)
        {
            fixed (NativeIndex* native = ToNative(indices)) Native.Check(Native.mt_index_put(Handle, native, indices.Length, value.Handle));
            KeepAlive(indices);
            GC.KeepAlive(value);
            return this;
        }

        public Tensor index_put_(Tensor value, params Tensor[] indices) => index_put_(value, ToIndices(indices));

        public Tensor index_put_(Scalar value, params TensorIndex[] indices)
        {
            using var tensor = Dispatch.Call("scalar_tensor", value, dtype, Value.None, device);
            return index_put_(tensor, indices);
        }

        public Tensor index_put_(Scalar value, params Tensor[] indices) => index_put_(value, ToIndices(indices));

        [IndexerName("TensorItems")]
        public Tensor this[params TensorIndex[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        [IndexerName("TensorItems")]
        public Tensor this[params Tensor[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1]
        {
            get => index(i1);
            set => index_put_(value, i1);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2]
        {
            get => index(i1, i2);
            set => index_put_(value, i1, i2);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3]
        {
            get => index(i1, i2, i3);
            set => index_put_(value, i1, i2, i3);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3, long i4]
        {
            get => index(i1, i2, i3, i4);
            set => index_put_(value, i1, i2, i3, i4);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3, long i4, long i5]
        {
            get => index(i1, i2, i3, i4, i5);
            set => index_put_(value, i1, i2, i3, i4, i5);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3, long i4, long i5, long i6]
        {
            get => index(i1, i2, i3, i4, i5, i6);
            set => index_put_(value, i1, i2, i3, i4, i5, i6);
        }

        [IndexerName("TensorItems")]
        public Tensor this[params long[] indices]
        {
            get => index(Array.ConvertAll(indices, i => (TensorIndex)i));
            set => index_put_(value, Array.ConvertAll(indices, i => (TensorIndex)i));
        }

        static TensorIndex[] ToIndices(Tensor[] indices) => Array.ConvertAll(indices, TensorIndex.Tensor);

        static NativeIndex[] ToNative(TensorIndex[] indices) => Array.ConvertAll(indices, i => i.ToNative());

        static void KeepAlive(TensorIndex[] indices)
        {
            foreach (var index in indices) GC.KeepAlive(index.Reference);
        }
    }
}
