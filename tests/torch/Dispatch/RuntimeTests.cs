using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using static TorchSharp.torch;

namespace TorchSharp.Tests.Dispatch;

public sealed partial class RuntimeTests(ITestOutputHelper output)
{
    [Fact]
    public void The_threads_are_the_cores_that_the_process_may_use_unless_the_user_says_otherwise()
    {
        if (Environment.GetEnvironmentVariable("OMP_NUM_THREADS") is not null) Assert.Skip("OMP_NUM_THREADS is set");
        Assert.Equal(Environment.ProcessorCount, get_num_threads());
    }

    [Fact]
    public void OpenBLAS_runs_with_one_thread_outside_large_products()
    {
        if (Environment.GetEnvironmentVariable("OPENBLAS_NUM_THREADS") is not null) Assert.Skip("OPENBLAS_NUM_THREADS is set");
        if (TorchSharp.Dispatch.BlasThreads == 0) Assert.Skip("libtorch uses another library than OpenBLAS");
        Assert.Equal(1, TorchSharp.Dispatch.BlasThreads);
        using var scope = NewDisposeScope();
        ones(600, 600).mm(ones(600, 600));
        Assert.Equal(1, TorchSharp.Dispatch.BlasThreads);
    }

    [Fact]
    public void OpenBLAS_does_not_run_the_kernels_of_a_Pentium_4_on_a_processor_with_AVX2()
    {
        var kernels = TorchSharp.Dispatch.BlasKernels;
        if (kernels is null) Assert.Skip("libtorch uses another library than OpenBLAS");
        if (!Avx2.IsSupported || !Fma.IsSupported) Assert.Skip("this processor has no AVX2");
        if (Environment.GetEnvironmentVariable("OPENBLAS_CORETYPE") is { } asked) Assert.Equal(asked, kernels, ignoreCase: true);
        else Assert.NotEqual("Prescott", kernels);
    }

    [Theory]
    [InlineData("Prescott", true, true, "SkylakeX")]
    [InlineData("Prescott", true, false, "Haswell")]
    [InlineData("Prescott", false, false, null)]
    [InlineData("Zen", true, false, null)]
    [InlineData("Haswell", true, true, null)]
    public void Kernels_are_chosen_only_where_OpenBLAS_does_not_know_the_processor(string own, bool hasAvx2, bool hasAvx512, string? chosen) =>
        Assert.Equal(chosen, Kernels.Better(own, hasAvx2, hasAvx512));

    [Fact]
    public void All_operators_of_libtorch_can_be_reached()
    {
        Assert.True(TorchSharp.Dispatch.Names.Count > 2000);
        Assert.Equal("aten::add.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> (Tensor)",
            TorchSharp.Dispatch.Schema("add.Tensor").Replace("-> Tensor", "-> (Tensor)", StringComparison.Ordinal));
        using var scope = NewDisposeScope();
        Assert.Equal([0f, 1f, 0f], TorchSharp.Dispatch.Call("one_hot", tensor(1L), 3L).to(float32).data<float>().ToArray());
    }

    [Fact]
    public void A_small_operator_costs_about_a_microsecond()
    {
        using var scope = NewDisposeScope();
        var (x, y) = (ones(4), ones(4));
        var best = double.PositiveInfinity;
        for (var round = 0; round < 40; round++)
        {
            const int calls = 2000;
            var start = ThreadMicroseconds();
            for (var i = 0; i < calls; i++) x.add(y).Dispose();
            best = Math.Min(best, (ThreadMicroseconds() - start) / calls);
        }
        output.WriteLine($"{best:f2} us for a sum of four elements");
        // The bound leaves room for a slower machine; a copy or a lock too many would still pass it by far.
        Assert.True(best < 4, $"{best:f2} us");
    }

    /// <summary>This thread's time on a processor: other work on the machine does not count.</summary>
    static double ThreadMicroseconds()
    {
        const int threadClock = 3;   // CLOCK_THREAD_CPUTIME_ID
        Assert.Equal(0, clock_gettime(threadClock, out var time));
        return time.Seconds * 1e6 + time.Nanoseconds / 1e3;
    }

    struct TimeSpec
    {
        internal long Seconds, Nanoseconds;
    }

    [LibraryImport("libc")]
    private static partial int clock_gettime(int clock, out TimeSpec time);

    [Fact]
    public void Memory_stays_flat_over_twenty_thousand_operators_in_scopes()
    {
        Run(2000);
        var before = Resident();
        var live = TorchSharp.Dispatch.LiveTensors;
        Run(20_000);
        Assert.Equal(live, TorchSharp.Dispatch.LiveTensors);
        var grown = Resident() - before;
        output.WriteLine($"{grown / 1e6:f1} MB more after 20,000 tensors of 100 kB");
        Assert.True(grown < 60e6, $"{grown / 1e6:f0} MB more: 20,000 tensors of 100 kB are 2,000 MB");

        static void Run(int operators)
        {
            using var x = ones(25_000);
            for (var i = 0; i < operators / 10; i++)
            {
                using var scope = NewDisposeScope();
                for (var k = 0; k < 10; k++) _ = x + k;
            }
        }

    }

    [Fact]
    public void Memory_that_nobody_disposes_is_collected_before_it_is_gigabytes()
    {
        var before = Resident();
        long peak = 0;
        using var x = ones(250_000);
        for (var i = 0; i < 1500; i++)
        {
            _ = x + i;
            if (i % 50 == 0) peak = Math.Max(peak, Resident(collect: false));
        }
        output.WriteLine($"{(peak - before) / 1e6:f0} MB at the most, of 1,500 tensors of 1 MB");
        Assert.True(peak - before < 700e6, $"{(peak - before) / 1e6:f0} MB: the collector does not know of native memory");
    }

    static long Resident(bool collect = true)
    {
        if (collect) GC.Collect();
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
