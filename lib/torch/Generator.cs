namespace TorchSharp;

public static partial class torch
{
    /// <summary>A source of random numbers of its own, apart from the default one that <see cref="manual_seed"/> seeds.</summary>
    public class Generator : IDisposable
    {
        nint handle;

        public Generator(ulong seed = 0, Device? device = null)
        {
            this.device = device ?? CPU;
            Native.Check(Native.mt_generator_new(unchecked((long)seed), (int)this.device.type, this.device.index, out handle));
        }

        Generator(nint handle, Device device)
        {
            this.handle = handle;
            this.device = device;
        }

        public static Generator Default => OfDevice(CPU);

        internal static Generator OfDevice(Device device)
        {
            Native.Check(Native.mt_generator_default((int)device.type, device.index, out var handle));
            return new Generator(handle, device);
        }

        public nint Handle => handle != 0 ? handle : throw new ObjectDisposedException(nameof(Generator));

        public Device device { get; }

        public Generator manual_seed(long seed)
        {
            Native.Check(Native.mt_generator_seed(Handle, seed));
            return this;
        }

        /// <summary>Seeds from the clock and returns the seed.</summary>
        public long seed()
        {
            var seed = DateTime.UtcNow.Ticks;
            manual_seed(seed);
            return seed;
        }

        public long initial_seed() => Native.mt_generator_current_seed(Handle);

        public Tensor get_state()
        {
            Native.Check(Native.mt_generator_get_state(Handle, out var state));
            return new Tensor(state);
        }

        public void set_state(Tensor value)
        {
            Native.Check(Native.mt_generator_set_state(Handle, value.Handle));
            GC.KeepAlive(value);
        }

        ~Generator() => Dispose(false);

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            var owned = Interlocked.Exchange(ref handle, 0);
            if (owned != 0) Native.mt_generator_free(owned);
        }
    }

    /// <summary>Seeds the default generators of all devices.</summary>
    public static Generator manual_seed(long seed)
    {
        Native.Check(Native.mt_manual_seed(seed));
        return Generator.Default;
    }

    public static long seed()
    {
        var seed = DateTime.UtcNow.Ticks;
        Native.Check(Native.mt_manual_seed(seed));
        return seed;
    }

    public static long initial_seed()
    {
        using var generator = Generator.Default;
        return generator.initial_seed();
    }

    public static Tensor get_rng_state()
    {
        using var generator = Generator.Default;
        return generator.get_state();
    }

    public static void set_rng_state(Tensor new_state)
    {
        using var generator = Generator.Default;
        generator.set_state(new_state);
    }

    public static class random
    {
        public static Generator manual_seed(long seed) => torch.manual_seed(seed);
        public static long seed() => torch.seed();
        public static long initial_seed() => torch.initial_seed();
        public static Tensor get_rng_state() => torch.get_rng_state();
        public static void set_rng_state(Tensor new_state) => torch.set_rng_state(new_state);
    }
}
