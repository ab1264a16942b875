using static TorchSharp.torch;

namespace TorchSharp.Tests.Scopes;

public sealed class LifetimeTests
{
    [Fact]
    public void Use_after_dispose_names_the_tensor()
    {
        var x = ones(2);
        x.name = "features";
        x.Dispose();
        var error = Assert.Throws<ObjectDisposedException>(() => x.sum());
        Assert.Equal("Tensor 'features'", error.ObjectName);
        Assert.Contains("The tensor was disposed, by itself or with the scope that owned it.", error.Message, StringComparison.Ordinal);
        Assert.True(x.IsInvalid);
    }

    [Fact]
    public void Disposing_twice_is_harmless()
    {
        var x = ones(2);
        x.Dispose();
        x.Dispose();
        Assert.True(x.IsInvalid);
    }

    [Fact]
    public void Disposed_tensors_can_still_be_compared()
    {
        var (x, y) = (ones(2), ones(2));
        x.Dispose();
        y.Dispose();
        Assert.True(x.Equals(x));
        Assert.False(x.Equals(y));
    }

    [Fact]
    public void A_scope_disposes_what_was_made_in_it_and_nothing_else()
    {
        using var outer = ones(1);
        Tensor inner;
        using (NewDisposeScope())
        {
            inner = outer + 1;
            Assert.False(inner.IsInvalid);
        }
        Assert.True(inner.IsInvalid);
        Assert.False(outer.IsInvalid);
    }

    [Fact]
    public void A_tensor_moved_out_survives_its_scope_and_dies_with_the_outer_one()
    {
        Tensor x;
        using (NewDisposeScope())
        {
            using (NewDisposeScope()) x = ones(3).MoveToOuterDisposeScope();
            Assert.Equal(3, x.sum().item<float>());
        }
        Assert.True(x.IsInvalid);
    }

    [Fact]
    public void A_detached_tensor_belongs_to_nobody()
    {
        Tensor x;
        using (var scope = NewDisposeScope())
        {
            x = scope.Detach(ones(3));
            Assert.Equal(0, scope.DisposablesCount);
        }
        Assert.False(x.IsInvalid);
        x.Dispose();
    }

    [Fact]
    public void Scopes_of_two_threads_know_nothing_of_each_other()
    {
        using var scope = NewDisposeScope();
        var before = scope.DisposablesCount;
        DisposeScope? there = scope;
        var thread = new Thread(() =>
        {
            there = CurrentDisposeScope;
            ones(2).Dispose();
        });
        thread.Start();
        thread.Join();
        Assert.Null(there);
        Assert.Equal(before, scope.DisposablesCount);
    }

    [Fact]
    public void An_outer_scope_may_be_disposed_before_an_inner_one()
    {
        var outer = NewDisposeScope();
        var inner = NewDisposeScope();
        outer.Dispose();
        var x = ones(1);
        Assert.True(inner.Contains(x));
        inner.Dispose();
        Assert.True(x.IsInvalid);
        Assert.Null(CurrentDisposeScope);
    }

    [Fact]
    public void The_finalizer_frees_what_nobody_holds()
    {
        var before = TorchSharp.Dispatch.LiveTensors;
        Leak();
        for (var i = 0; i < 10 && TorchSharp.Dispatch.LiveTensors > before + 100; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        // Other tests run beside this one, hence the margin.
        Assert.True(TorchSharp.Dispatch.LiveTensors <= before + 200, $"{TorchSharp.Dispatch.LiveTensors} tensors live, {before} before");

        static void Leak()
        {
            for (var i = 0; i < 2000; i++) _ = ones(4);
        }
    }
}
