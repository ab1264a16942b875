using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TorchSharp.Modules;

/// <summary>Adam and AdamW: they differ only in where the weight decay goes.</summary>
public abstract class AdamBase : OptimizerHelper, IBetas
{
    private protected readonly AdamOptions defaults;

    private protected AdamBase(AdamOptions defaults) => this.defaults = defaults;

    public (double, double) Betas
    {
        get => defaults.Betas;
        set => defaults.Betas = value;
    }

    /// <summary>Shrinks the parameter, or adds to its gradient.</summary>
    private protected abstract Tensor Decay(Parameter parameter, Tensor grad, double learningRate, double weight_decay);

    public override Tensor? step(Func<Tensor>? closure = null) => _step<ParamGroup>(group =>
    {
        var options = (AdamOptions)group.Options;
        var (beta1, beta2) = options.Betas;
        foreach (var parameter in group.Parameters)
        {
            using var between = NewDisposeScope();
            if (parameter.grad is not { } grad) continue;
            var state = (AdamState)states[parameter];
            if (options.maximize!.Value) grad = -grad;
            state.step++;
            if (options.weight_decay is not 0) grad = Decay(parameter, grad, group.LearningRate, options.weight_decay!.Value);
            var correction1 = 1 - Math.Pow(beta1, state.step);
            var correction2 = 1 - Math.Pow(beta2, state.step);
            state.exp_avg!.mul_(beta1).add_(grad, alpha: 1 - beta1);
            state.exp_avg_sq!.mul_(beta2).addcmul_(grad, grad, value: 1 - beta2);
            var second = state.exp_avg_sq;
            if (options.amsgrad!.Value) second = state.max_exp_avg_sq!.copy_(maximum(state.max_exp_avg_sq, state.exp_avg_sq));
            var denominator = second.sqrt().div_(Math.Sqrt(correction2)).add_(options.eps!.Value);
            parameter.addcdiv_(state.exp_avg, denominator, value: -(group.LearningRate / correction1));
        }
    }, closure);

    private protected OptimizerOptions Complete(AdamOptions own)
    {
        own.LearningRate ??= defaults.LearningRate;
        own.beta1 ??= defaults.beta1;
        own.beta2 ??= defaults.beta2;
        own.eps ??= defaults.eps;
        own.weight_decay ??= defaults.weight_decay;
        own.amsgrad ??= defaults.amsgrad;
        own.maximize ??= defaults.maximize;
        return own;
    }
}

public abstract class AdamOptions : OptimizerOptions
{
    public double? beta1, beta2, weight_decay, eps;
    public bool? amsgrad, maximize;

    internal (double, double) Betas
    {
        get => (beta1!.Value, beta2!.Value);
        set => (beta1, beta2) = value;
    }

    public override void SaveStateDict(BinaryWriter writer)
    {
        base.SaveStateDict(writer);
        writer.Write(beta1!.Value);
        writer.Write(beta2!.Value);
        writer.Write(eps!.Value);
        writer.Write(weight_decay!.Value);
        writer.Write(amsgrad!.Value);
        writer.Write(maximize!.Value);
    }

    public override void LoadStateDict(BinaryReader reader)
    {
        base.LoadStateDict(reader);
        beta1 = reader.ReadDouble();
        beta2 = reader.ReadDouble();
        eps = reader.ReadDouble();
        weight_decay = reader.ReadDouble();
        amsgrad = reader.ReadBoolean();
        maximize = reader.ReadBoolean();
    }

    public override void LoadStateDict(OptimizerOptions source)
    {
        base.LoadStateDict(source);
        var from = (AdamOptions)source;
        (beta1, beta2, eps, weight_decay, amsgrad, maximize) = (from.beta1, from.beta2, from.eps, from.weight_decay, from.amsgrad,
            from.maximize);
    }
}

public abstract class AdamState(Parameter parameter) : OptimizerState(parameter), IDisposable
{
    public long step;
    public Tensor? exp_avg, exp_avg_sq, max_exp_avg_sq;

    public override void Initialize(OptimizerOptions options)
    {
        Dispose();
        step = 0;
        exp_avg = Zeros();
        exp_avg_sq = Zeros();
        max_exp_avg_sq = ((AdamOptions)options).amsgrad!.Value ? Zeros() : null;
    }

    public override void SaveStateDict(BinaryWriter writer)
    {
        writer.Write(step);
        exp_avg!.Save(writer);
        exp_avg_sq!.Save(writer);
        SaveConditionalStateTensor(writer, max_exp_avg_sq);
    }

    public override void LoadStateDict(BinaryReader reader)
    {
        step = reader.ReadInt64();
        exp_avg!.Load(reader);
        exp_avg_sq!.Load(reader);
        LoadConditionalStateTensor(reader, ref max_exp_avg_sq, _parameter.device);
    }

    public override void LoadStateDict(OptimizerState source)
    {
        var from = (AdamState)source;
        step = from.step;
        Copy(ref exp_avg, from.exp_avg);
        Copy(ref exp_avg_sq, from.exp_avg_sq);
        Copy(ref max_exp_avg_sq, from.max_exp_avg_sq);
    }

    public override bool ApproximatelyEquals(OptimizerState other) => other is AdamState state && step == state.step
        && Close(exp_avg, state.exp_avg) && Close(exp_avg_sq, state.exp_avg_sq) && Close(max_exp_avg_sq, state.max_exp_avg_sq);

    public override void to(Device device)
    {
        Move(ref exp_avg, device);
        Move(ref exp_avg_sq, device);
        Move(ref max_exp_avg_sq, device);
    }

    public void Dispose()
    {
        exp_avg?.Dispose();
        exp_avg_sq?.Dispose();
        max_exp_avg_sq?.Dispose();
        GC.SuppressFinalize(this);
    }
}
