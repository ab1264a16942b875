using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>What batch norm and instance norm share: scale and shift, and the statistics that training gathers.</summary>
public abstract class NormBase : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = nameof(weight))] Parameter? weightField;
    [ComponentName(Name = nameof(bias))] Parameter? biasField;
    [ComponentName(Name = nameof(running_mean))] Tensor? meanField;
    [ComponentName(Name = nameof(running_var))] Tensor? varField;
    [ComponentName(Name = nameof(num_batches_tracked))] Tensor? batchesField;

    public NormBase(long num_features, double eps, double? momentum, bool affine, bool track_running_stats, Device? device,
        ScalarType? dtype, string name) : base(name)
    {
        this.num_features = num_features;
        this.eps = eps;
        this.momentum = momentum;
        this.affine = affine;
        this.track_running_stats = track_running_stats;
        if (affine)
        {
            weight = nn.Parameter(empty(num_features, dtype, device));
            bias = nn.Parameter(empty(num_features, dtype, device));
        }
        if (track_running_stats)
        {
            running_mean = zeros(num_features, dtype, device);
            running_var = ones(num_features, dtype, device);
            num_batches_tracked = tensor(0L, device: device);
        }
        reset_parameters();
    }

    public long num_features { get; }
    public double eps { get; set; }

    /// <summary>The weight of a new batch in the running statistics; null weighs all batches alike.</summary>
    public double? momentum { get; set; }

    public bool affine { get; }
    public bool track_running_stats { get; }

    public Parameter weight
    {
        get => weightField!;
        set => SetParameter(ref weightField, value ?? throw new ArgumentNullException(nameof(value)), nameof(weight));
    }

    public Parameter? bias
    {
        get => biasField;
        set => SetParameter(ref biasField, value, nameof(bias));
    }

    public Tensor? running_mean
    {
        get => meanField;
        set => SetBuffer(ref meanField, value, nameof(running_mean));
    }

    public Tensor? running_var
    {
        get => varField;
        set => SetBuffer(ref varField, value, nameof(running_var));
    }

    public Tensor? num_batches_tracked
    {
        get => batchesField;
        set => SetBuffer(ref batchesField, value, nameof(num_batches_tracked));
    }

    public void reset_running_stats()
    {
        if (!track_running_stats) return;
        nn.init.zeros_(running_mean!);
        nn.init.ones_(running_var!);
        nn.init.zeros_(num_batches_tracked!);
    }

    public void reset_parameters()
    {
        reset_running_stats();
        if (!affine) return;
        nn.init.ones_(weight);
        nn.init.zeros_(bias!);
    }

    /// <exception cref="ArgumentException">The input has not the number of dimensions that this layer takes.</exception>
    protected abstract void ValidateInputDimensions(Tensor input);

    private protected static void RequireDimensions(Tensor input, params ReadOnlySpan<long> allowed)
    {
        var n = input.ndim;
        if (!allowed.Contains(n)) throw new ArgumentException($"expected {string.Join("D or ", allowed.ToArray())}D input, but got {n}D input.");
    }
}

public abstract class BatchNorm : NormBase
{
    public BatchNorm(long num_features, double eps, double momentum, bool affine, bool track_running_stats, Device? device,
        ScalarType? dtype, string name)
        : base(num_features, eps, momentum, affine, track_running_stats, device, dtype, name) { }

    public override Tensor forward(Tensor input)
    {
        ValidateInputDimensions(input);
        var factor = momentum ?? 0;
        if (training && num_batches_tracked is { } count)
        {
            count.add_(1);
            if (momentum is null) factor = 1.0 / count.item<long>();
        }
        var stats = !training || track_running_stats;
        return nn.functional.batch_norm(input, stats ? running_mean : null, stats ? running_var : null, weight, bias,
            training || (running_mean is null && running_var is null), factor, eps);
    }
}
