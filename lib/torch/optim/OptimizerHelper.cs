using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TorchSharp.Modules;

/// <summary>What all optimizers here share: groups, a state for each parameter, saving and loading in TorchSharp's format.</summary>
public abstract class OptimizerHelper : Optimizer
{
    // By the object, not by its native handle: a module that moves to another device keeps its parameters' objects.
    private protected readonly Dictionary<Parameter, OptimizerState> states = new(ReferenceEqualityComparer.Instance);

    /// <summary>Options with every value that the group leaves open taken from the optimizer's own.</summary>
    private protected abstract OptimizerOptions Complete(OptimizerOptions? options);

    private protected abstract OptimizerState NewState(Parameter parameter);

    public override void add_param_group(ParamGroup param_group)
    {
        param_group.Parameters = [.. param_group.Parameters];
        param_group.Options = Complete(param_group.Options);
        param_group.InitialLearningRate = param_group.LearningRate;
        _parameter_groups.Add(param_group);
        foreach (var parameter in param_group.Parameters)
        {
            var state = NewState(parameter);
            state.Initialize(param_group.Options);
            states[parameter] = state;
        }
    }

    protected Tensor? _step<T>(Action<T> body, Func<Tensor>? loss_closure = null) where T : ParamGroup
    {
        Tensor? loss = null;
        if (loss_closure is not null)
        {
            using var recording = enable_grad();
            loss = loss_closure();
        }
        using var still = no_grad();
        // Each parameter has a scope of its own as well, so that what one leaves is the memory of the next while the cache still holds it.
        using var scope = NewDisposeScope();
        foreach (var group in _parameter_groups) body((T)group);
        return loss;
    }

    public void to(Device device)
    {
        foreach (var state in states.Values) state.to(device);
    }

    public virtual StateDictionary state_dict()
    {
        var dictionary = new StateDictionary();
        foreach (var group in _parameter_groups)
        {
            dictionary.Options.Add(group.Options);
            var indices = new List<int>();
            foreach (var parameter in group.Parameters)
            {
                indices.Add(dictionary.State.Count);
                dictionary.State.Add(states[parameter]);
            }
            dictionary.StateIndexRef.Add(indices);
        }
        return dictionary;
    }

    public virtual void load_state_dict(StateDictionary state_dict)
    {
        var own = this.state_dict();
        RequireSame(state_dict.Options.Count, own.Options.Count, "parameter groups");
        RequireSame(state_dict.State.Count, own.State.Count, "states");
        for (var i = 0; i < own.Options.Count; i++)
            if (own.Options[i] != state_dict.Options[i]) own.Options[i].LoadStateDict(state_dict.Options[i]);
        for (var i = 0; i < own.State.Count; i++)
            if (own.State[i] != state_dict.State[i]) own.State[i].LoadStateDict(state_dict.State[i]);
    }

    public void save_state_dict(string location)
    {
        using var writer = new BinaryWriter(File.Create(location));
        save_state_dict(writer);
    }

    public void save_state_dict(BinaryWriter writer)
    {
        var own = state_dict();
        writer.Write(GetType().Name);
        writer.Encode(own.Options.Count);
        writer.Encode(own.State.Count);
        foreach (var options in own.Options) options.SaveStateDict(writer);
        foreach (var state in own.State) state.SaveStateDict(writer);
    }

    public void load_state_dict(string location)
    {
        using var reader = new BinaryReader(File.OpenRead(location));
        load_state_dict(reader);
    }

    public void load_state_dict(BinaryReader reader)
    {
        var type = reader.ReadString();
        if (type != GetType().Name)
            throw new InvalidDataException($"Mismatched optimizer type: expected '{GetType().Name}', but found '{type}' in the loaded stream.");
        var own = state_dict();
        RequireSame(reader.Decode(), own.Options.Count, "parameter groups");
        RequireSame(reader.Decode(), own.State.Count, "states");
        foreach (var options in own.Options) options.LoadStateDict(reader);
        foreach (var state in own.State) state.LoadStateDict(reader);
    }

    static void RequireSame(long loaded, long expected, string what)
    {
        if (loaded != expected)
            throw new ArgumentException($"Invalid optimizer state -- different number of {what}: expected {expected}, got {loaded}.");
    }

    protected override void Dispose(bool disposing)
    {
        if (!disposing) return;
        foreach (var state in states.Values) (state as IDisposable)?.Dispose();
        states.Clear();
    }
}

public class OptimizerOptions
{
    public double? LearningRate { get; set; }
    public double InitialLearningRate { get; set; }

    public virtual void SaveStateDict(BinaryWriter writer)
    {
        writer.Write(InitialLearningRate);
        writer.Write(LearningRate!.Value);
    }

    public virtual void LoadStateDict(BinaryReader reader)
    {
        InitialLearningRate = reader.ReadDouble();
        LearningRate = reader.ReadDouble();
    }

    public virtual void LoadStateDict(OptimizerOptions source) =>
        (InitialLearningRate, LearningRate) = (source.InitialLearningRate, source.LearningRate);
}

public abstract class OptimizerState
{
    protected Parameter _parameter;

    protected OptimizerState(Parameter parameter) => _parameter = parameter;

    public abstract void Initialize(OptimizerOptions options);
    public abstract void SaveStateDict(BinaryWriter writer);
    public abstract void LoadStateDict(BinaryReader reader);
    public abstract void LoadStateDict(OptimizerState source);
    public virtual bool ApproximatelyEquals(OptimizerState other) => false;
    public virtual void to(Device device) { }

    protected static void SaveConditionalStateTensor(BinaryWriter writer, Tensor? tensor)
    {
        writer.Write(tensor is not null);
        tensor?.Save(writer);
    }

    protected static void LoadConditionalStateTensor(BinaryReader reader, ref Tensor? result, Device device)
    {
        result?.Dispose();
        result = reader.ReadBoolean() ? TensorExtensionMethods.Load(reader).to(device, disposeAfter: true).DetachFromDisposeScope() : null;
    }

    /// <summary>Zeros of the parameter's shape that outlive the scope of the step.</summary>
    private protected Tensor Zeros() => _parameter.zeros_like().DetachFromDisposeScope();

    private protected static void Move(ref Tensor? tensor, Device device) =>
        tensor = tensor?.to(device, disposeAfter: true).DetachFromDisposeScope();

    private protected void Copy(ref Tensor? to, Tensor? from)
    {
        to?.Dispose();
        to = from?.to(_parameter.device, copy: true).DetachFromDisposeScope();
    }

    private protected static bool Close(Tensor? a, Tensor? b) => a is null ? b is null : b is not null && a.allclose(b);
}

/// <summary>Parameters that one set of options governs.</summary>
public class ParamGroup : ILearningRateController
{
    public IEnumerable<Parameter> Parameters { get; set; } = [];
    public OptimizerOptions Options { get; set; } = null!;

    public double LearningRate
    {
        get => Options.LearningRate!.Value;
        set => Options.LearningRate = value;
    }

    public double InitialLearningRate
    {
        get => Options.InitialLearningRate;
        set => Options.InitialLearningRate = value;
    }
}

public class ParamGroup<TOptions> : ParamGroup where TOptions : OptimizerOptions
{
    public ParamGroup() { }

    public ParamGroup(IEnumerable<Parameter> parameters, TOptions? options = null)
    {
        Parameters = parameters;
        base.Options = options!;
    }

    public new TOptions Options
    {
        get => (TOptions)base.Options;
        set => base.Options = value;
    }
}
