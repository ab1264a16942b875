using System.Runtime.InteropServices;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>
    /// A tensor of libtorch. Owns one native reference until it is disposed, by itself, by its <see cref="DisposeScope"/> or,
    /// late, by the garbage collector. After that every use throws <see cref="ObjectDisposedException"/>.
    /// </summary>
    public partial class Tensor : IDisposable
    {
        const int MaxInfoDimensions = 16;

        static long peakCount;

        // Below this a tensor is not worth the collector's notice.
        const int NoticeableKilobytes = 64;

        nint handle;
        int pressure;

        /// <param name="handle">A native reference; this object owns it from now on.</param>
        /// <param name="kilobytes">What only this tensor holds. Outside a scope the garbage collector is told of it: it does not see native
        /// memory.</param>
        internal Tensor(nint handle, int kilobytes = 0)
        {
            this.handle = handle;
            OwningDisposeScope = DisposeScopeManager.Current.Register(this);
            if (OwningDisposeScope is not null || kilobytes < NoticeableKilobytes) return;
            pressure = kilobytes;
            GC.AddMemoryPressure((long)kilobytes << 10);
        }

        /// <summary>Takes over another tensor's handle and its place in its scope.</summary>
        internal Tensor(nint handle, Tensor predecessor)
        {
            this.handle = handle;
            DisposeScope.Replace(predecessor, this);
        }

        internal DisposeScope? OwningDisposeScope { get; set; }

        /// <summary>A name for people; libtorch does not know it.</summary>
        public string? name { get; set; }

        public nint Handle =>
            handle != 0 ? handle : throw new ObjectDisposedException(Named,
                "The tensor was disposed, by itself or with the scope that owned it.");

        public bool IsInvalid => handle == 0;

        string Named => name is null ? GetType().Name : $"{GetType().Name} '{name}'";

        /// <summary>How many tensors are alive in this process.</summary>
        public static long TotalCount => Native.mt_live();

        /// <summary>The most that <see cref="TotalCount"/> has shown so far.</summary>
        public static long PeakCount => peakCount = Math.Max(peakCount, TotalCount);

        ~Tensor() => Dispose(false);

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            // The finalizer's thread and the program's may both come here: only one of them gets the handle.
            var owned = Interlocked.Exchange(ref handle, 0);
            if (owned == 0) return;
            if (disposing)
            {
                DisposeScopeManager.Current.Disposing(this);
                OwningDisposeScope?.MarkAsDisposed(this);
            }
            Free(owned);
        }

        void Free(nint owned)
        {
            Native.mt_free(owned);
            Relieve();
        }

        void Relieve()
        {
            var kilobytes = Interlocked.Exchange(ref pressure, 0);
            if (kilobytes > 0) GC.RemoveMemoryPressure((long)kilobytes << 10);
        }

        /// <summary>Takes the native reference away: this object is then as if disposed.</summary>
        internal nint Surrender()
        {
            var owned = Handle;
            handle = 0;
            Relieve();
            return owned;
        }

        /// <summary>Becomes what another tensor is, which is then as if disposed: moved parameters stay the objects that others
        /// hold.</summary>
        internal void Become(Tensor other)
        {
            var before = handle;
            handle = other.DecoupleFromNativeHandle();
            Native.mt_free(before);
        }

        /// <summary>Gives the native reference away; the caller frees it.</summary>
        public nint DecoupleFromNativeHandle()
        {
            OwningDisposeScope?.MarkAsDisposed(this);
            return Surrender();
        }

        public static Tensor UnsafeCreateTensor(nint handle) => new(handle);

        public Tensor MoveToOuterDisposeScope()
        {
            OwningDisposeScope?.MoveToOuter(this);
            return this;
        }

        public Tensor MoveToOtherDisposeScope(Tensor other) => MoveToOtherDisposeScope(other.OwningDisposeScope);

        public Tensor MoveToOtherDisposeScope(DisposeScope? other)
        {
            if (OwningDisposeScope is { } scope) scope.MoveToOther(other, this);
            else other?.Attach(this);
            return this;
        }

        public Tensor DetachFromDisposeScope()
        {
            OwningDisposeScope?.Detach(this);
            return this;
        }

        /// <summary>Whether both are the same native tensor; a disposed one is only itself.</summary>
        public bool Equals(Tensor target) => ReferenceEquals(this, target) || (target is not null && handle != 0 && handle == target.handle);

        public override bool Equals(object? obj) => obj is Tensor tensor && Equals(tensor);

        public override int GetHashCode() => handle.GetHashCode();

        unsafe TensorInfo Info(Span<long> sizes = default, Span<long> strides = default)
        {
            TensorInfo info;
            fixed (long* s = sizes, t = strides)
                Native.Check(Native.mt_info(Handle, &info, s, t, Math.Max(sizes.Length, strides.Length)));
            GC.KeepAlive(this);
            return info;
        }

        public long[] shape
        {
            get
            {
                Span<long> sizes = stackalloc long[MaxInfoDimensions];
                var n = Info(sizes).Dimensions;
                if (n <= sizes.Length) return sizes[..n].ToArray();
                var many = new long[n];
                Info(many);
                return many;
            }
        }

        public long[] stride()
        {
            var n = Info().Dimensions;
            var sizes = new long[n];
            var strides = new long[n];
            Info(sizes, strides);
            return strides;
        }

        public long stride(int dim) => stride()[Wrap(dim)];
        public long[] size() => shape;
        public long size(int dim) => shape[Wrap(dim)];
        public long dim() => Info().Dimensions;
        public long ndim => dim();
        public long Dimensions => dim();
        public long numel() => Info().Numel;
        public long NumberOfElements => numel();
        public long element_size() => Info().ElementSize;
        public long ElementSize => element_size();
        public long storage_offset() => Info().StorageOffset;
        public ScalarType dtype => (ScalarType)Info().DType;
        public DeviceType device_type => (DeviceType)Info().DeviceType;
        public int device_index => Info().DeviceIndex;

        public Device device
        {
            get
            {
                var info = Info();
                return new Device((DeviceType)info.DeviceType, info.DeviceIndex);
            }
        }

        public bool is_cpu() => device_type == DeviceType.CPU;
        public bool is_cuda => device_type == DeviceType.CUDA;
        public bool is_meta => device_type == DeviceType.META;
        public bool is_sparse => Info().IsStrided == 0;
        public bool is_leaf => Info().IsLeaf != 0;
        public bool is_contiguous() => Info().IsContiguous != 0;
        public bool is_floating_point() => torch.is_floating_point(dtype);
        public bool is_complex() => torch.is_complex(dtype);
        public bool is_integral() => torch.is_integral(dtype);
        public bool is_nonzero() => Dispatch.CallScalar("is_nonzero", this).ToBoolean();
        public bool is_pinned() => Dispatch.CallScalar("is_pinned", this).ToBoolean();

        int Wrap(int dim)
        {
            var n = (int)this.dim();
            return dim >= -n && dim < n
                ? (dim + n) % n
                : throw new ArgumentOutOfRangeException(nameof(dim),
                    $"Dimension out of range (expected to be in [{-n}, {n - 1}], but got {dim})");
        }
    }
}
