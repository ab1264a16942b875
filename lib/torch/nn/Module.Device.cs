using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            protected internal virtual Module _to(Device device, ScalarType dtype, bool non_blocking) => Move(dtype, device, non_blocking);

            protected internal virtual Module _to(DeviceType deviceType, int deviceIndex, bool non_blocking) =>
                Move(null, new Device(deviceType, deviceIndex), non_blocking);

            protected internal virtual Module _to(ScalarType dtype, bool non_blocking) => Move(dtype, null, non_blocking);

            public Module _to(Tensor other, bool non_blocking) => Move(other.dtype, other.device, non_blocking);

            Module Move(ScalarType? dtype, Device? device, bool non_blocking)
            {
                if (dtype is { } type && !is_floating_point(type) && !is_complex(type))
                    throw new ArgumentException($"nn.Module.to only accepts floating point or complex types, but got desired dtype={type}");
                if (device is not null) InitializeDeviceType(device.type);
                using var scope = NewDisposeScope();
                using var still = no_grad();
                foreach (var (_, parameter) in ownParameters)
                {
                    var grad = parameter.grad;
                    Move(parameter, dtype, device, non_blocking);
                    if (grad is null) continue;
                    Move(grad, dtype, device, non_blocking);
                    parameter.grad = grad;
                }
                foreach (var (_, buffer, _) in ownBuffers) Move(buffer, dtype, device, non_blocking);
                foreach (var (_, module) in submodules)
                    _ = (dtype, device) switch
                    {
                        ({ } t, { } d) => module._to(d, t, non_blocking),
                        ({ } t, null) => module._to(t, non_blocking),
                        (null, { } d) => module._to(d.type, d.index, non_blocking),
                        _ => module,
                    };
                return this;
            }

            // Whoever holds the tensor (an optimizer, a field) holds the moved one: the object stays, its memory changes.
            static void Move(Tensor tensor, ScalarType? dtype, Device? device, bool non_blocking)
            {
                var type = dtype is { } wanted && (tensor.is_floating_point() || tensor.is_complex()) ? wanted : tensor.dtype;
                var place = device ?? tensor.device;
                var here = tensor.device;
                if (type == tensor.dtype && place.type == here.type && (place.index < 0 || place.index == here.index)) return;
                var requires_grad = tensor.requires_grad;
                tensor.Become(tensor.detach().to(type, place, non_blocking: non_blocking).requires_grad_(requires_grad));
            }

            protected static (Device device, ScalarType dtype) GetDefaultDeviceAndType(Device? device = null, ScalarType? dtype = null) =>
                (device ?? get_default_device(), dtype ?? get_default_dtype());
        }
    }
}

/// <summary>Moving and converting a module, with its own type as the result.</summary>
public static class ModuleExtensionMethods
{
    public static T to<T>(this T module, torch.ScalarType type, bool non_blocking = false) where T : torch.nn.Module
    {
        module._to(type, non_blocking);
        return module;
    }

    public static T to<T>(this T module, torch.Device device, torch.ScalarType type, bool non_blocking = false) where T : torch.nn.Module
    {
        module._to(device, type, non_blocking);
        return module;
    }

    public static T to<T>(this T module, DeviceType deviceType, int deviceIndex = -1, bool non_blocking = false) where T : torch.nn.Module
    {
        module._to(deviceType, deviceIndex, non_blocking);
        return module;
    }

    public static T to<T>(this T module, torch.Device device, bool non_blocking = false) where T : torch.nn.Module =>
        module.to(device.type, device.index, non_blocking);

    public static T to<T>(this T module, string device, bool non_blocking = false) where T : torch.nn.Module =>
        module.to(new torch.Device(device), non_blocking);

    public static T to<T>(this T module, torch.Tensor other, bool non_blocking = false) where T : torch.nn.Module =>
        module.to(other.device, other.dtype, non_blocking);

    public static T cpu<T>(this T module, bool non_blocking = false) where T : torch.nn.Module =>
        module.to(DeviceType.CPU, -1, non_blocking);

    public static T cuda<T>(this T module, int deviceIndex = -1, bool non_blocking = false) where T : torch.nn.Module =>
        module.to(DeviceType.CUDA, deviceIndex, non_blocking);

    public static T half<T>(this T module, bool non_blocking = false) where T : torch.nn.Module =>
        module.to(torch.ScalarType.Float16, non_blocking);
    public static T bfloat16<T>(this T module, bool non_blocking = false) where T : torch.nn.Module =>
        module.to(torch.ScalarType.BFloat16, non_blocking);
    public static T @float<T>(this T module, bool non_blocking = false) where T : torch.nn.Module =>
        module.to(torch.ScalarType.Float32, non_blocking);
    public static T @double<T>(this T module, bool non_blocking = false) where T : torch.nn.Module =>
        module.to(torch.ScalarType.Float64, non_blocking);
}
