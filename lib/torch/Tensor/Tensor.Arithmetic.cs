using static TorchSharp.Dispatch;

namespace TorchSharp;

public static partial class torch
{
    public enum RoundingMode
    {
        None,
        trunc,
        floor,
    }

    public partial class Tensor
    {
        public Tensor add(Tensor target) => Call("add.Tensor", this, target);
        public Tensor add(Tensor target, Scalar alpha) => Call("add.Tensor", this, target, alpha);
        public Tensor add(Scalar scalar) => Call("add.Scalar", this, scalar);
        public Tensor add(Scalar scalar, Scalar alpha) => Call("add.Scalar", this, scalar, alpha);
        public Tensor add_(Tensor target) => InPlace("add_.Tensor", this, target);
        public Tensor add_(Tensor target, Scalar alpha) => InPlace("add_.Tensor", this, target, alpha);
        public Tensor add_(Scalar scalar) => InPlace("add_.Scalar", this, scalar);
        public Tensor add_(Scalar scalar, Scalar alpha) => InPlace("add_.Scalar", this, scalar, alpha);
        public Tensor sub(Tensor target) => Call("sub.Tensor", this, target);
        public Tensor sub_(Tensor target) => InPlace("sub_.Tensor", this, target);
        public Tensor sub(Scalar target) => Call("sub.Scalar", this, target);
        public Tensor sub_(Scalar target) => InPlace("sub_.Scalar", this, target);
        public Tensor subtract(Tensor target) => Call("subtract.Tensor", this, target);
        public Tensor subtract_(Tensor target) => InPlace("subtract_.Tensor", this, target);
        public Tensor subtract(Scalar target) => Call("subtract.Scalar", this, target);
        public Tensor subtract_(Scalar target) => InPlace("subtract_.Scalar", this, target);
        public Tensor mul(Tensor target) => Call("mul.Tensor", this, target);
        public Tensor mul_(Tensor target) => InPlace("mul_.Tensor", this, target);
        public Tensor mul(Scalar target) => Call("mul.Scalar", this, target);
        public Tensor mul_(Scalar target) => InPlace("mul_.Scalar", this, target);
        public Tensor multiply(Tensor target) => Call("multiply.Tensor", this, target);
        public Tensor multiply(Scalar target) => Call("multiply.Scalar", this, target);
        public Tensor div(Tensor target, RoundingMode rounding_mode = RoundingMode.None) =>
            Call("div.Tensor_mode", this, target, Name(rounding_mode));
        public Tensor div_(Tensor target, RoundingMode rounding_mode = RoundingMode.None) =>
            InPlace("div_.Tensor_mode", this, target, Name(rounding_mode));
        public Tensor div(Scalar target, RoundingMode rounding_mode = RoundingMode.None) =>
            Call("div.Scalar_mode", this, target, Name(rounding_mode));
        public Tensor div_(Scalar target, RoundingMode rounding_mode = RoundingMode.None) =>
            InPlace("div_.Scalar_mode", this, target, Name(rounding_mode));
        public Tensor divide(Tensor target, RoundingMode rounding_mode = RoundingMode.None) =>
            Call("divide.Tensor_mode", this, target, Name(rounding_mode));
        public Tensor divide_(Tensor target, RoundingMode rounding_mode = RoundingMode.None) =>
            InPlace("divide_.Tensor_mode", this, target, Name(rounding_mode));
        public Tensor divide(Scalar target, RoundingMode rounding_mode = RoundingMode.None) =>
            Call("divide.Scalar_mode", this, target, Name(rounding_mode));
        public Tensor divide_(Scalar target, RoundingMode rounding_mode = RoundingMode.None) =>
            InPlace("divide_.Scalar_mode", this, target, Name(rounding_mode));
        public Tensor true_divide(Tensor other) => Call("true_divide.Tensor", this, other);
        public Tensor floor_divide(Tensor other) => Call("floor_divide", this, other);
        public Tensor fmod(Tensor target) => Call("fmod.Tensor", this, target);
        public Tensor remainder(Tensor target) => Call("remainder.Tensor", this, target);
        public Tensor pow(Tensor exponent) => Call("pow.Tensor_Tensor", this, exponent);
        public Tensor xlogy(Tensor y) => Call("xlogy.Tensor", this, y);
        public Tensor true_divide_(Tensor other) => InPlace("true_divide_.Tensor", this, other);
        public Tensor floor_divide_(Tensor other) => InPlace("floor_divide_.Tensor", this, other);
        public Tensor fmod_(Tensor target) => InPlace("fmod_.Tensor", this, target);
        public Tensor remainder_(Tensor target) => InPlace("remainder_.Tensor", this, target);
        public Tensor pow_(Tensor exponent) => InPlace("pow_.Tensor", this, exponent);
        public Tensor xlogy_(Tensor y) => InPlace("xlogy_.Tensor", this, y);
        public Tensor true_divide(Scalar other) => Call("true_divide.Scalar", this, other);
        public Tensor floor_divide(Scalar other) => Call("floor_divide.Scalar", this, other);
        public Tensor fmod(Scalar scalar) => Call("fmod.Scalar", this, scalar);
        public Tensor remainder(Scalar scalar) => Call("remainder.Scalar", this, scalar);
        public Tensor pow(Scalar exponent) => Call("pow.Tensor_Scalar", this, exponent);
        public Tensor xlogy(Scalar y) => Call("xlogy.Scalar_Other", this, y);
        public Tensor true_divide_(Scalar other) => InPlace("true_divide_.Scalar", this, other);
        public Tensor floor_divide_(Scalar other) => InPlace("floor_divide_.Scalar", this, other);
        public Tensor fmod_(Scalar scalar) => InPlace("fmod_.Scalar", this, scalar);
        public Tensor remainder_(Scalar scalar) => InPlace("remainder_.Scalar", this, scalar);
        public Tensor pow_(Scalar exponent) => InPlace("pow_.Scalar", this, exponent);
        public Tensor xlogy_(Scalar y) => InPlace("xlogy_.Scalar_Other", this, y);
        public Tensor float_power(Tensor target) => Call("float_power.Tensor_Tensor", this, target);

        public Tensor atan2(Tensor other) => Call("atan2", this, other);
        public Tensor atan2_(Tensor other) => InPlace("atan2_", this, other);
        public Tensor arctan2(Tensor other) => Call("arctan2", this, other);
        public Tensor arctan2_(Tensor other) => InPlace("arctan2_", this, other);
        public Tensor gcd(Tensor other) => Call("gcd", this, other);
        public Tensor gcd_(Tensor other) => InPlace("gcd_", this, other);
        public Tensor lcm(Tensor other) => Call("lcm", this, other);
        public Tensor lcm_(Tensor other) => InPlace("lcm_", this, other);
        public Tensor ldexp(Tensor other) => Call("ldexp.Tensor", this, other);
        public Tensor ldexp_(Tensor other) => InPlace("ldexp_", this, other);
        public Tensor copysign(Tensor other) => Call("copysign.Tensor", this, other);
        public Tensor fmax(Tensor other) => Call("fmax", this, other);
        public Tensor fmin(Tensor other) => Call("fmin", this, other);
        public Tensor maximum(Tensor other) => Call("maximum", this, other);
        public Tensor minimum(Tensor other) => Call("minimum", this, other);
        public Tensor hypot(Tensor other) => Call("hypot", this, other);
        public Tensor heaviside(Tensor other) => Call("heaviside", this, other);
        public Tensor logaddexp(Tensor other) => Call("logaddexp", this, other);
        public Tensor logaddexp2(Tensor other) => Call("logaddexp2", this, other);
        public Tensor nextafter(Tensor other) => Call("nextafter", this, other);
        public Tensor igamma(Tensor other) => Call("igamma", this, other);
        public Tensor igammac(Tensor other) => Call("igammac", this, other);

        public Tensor addcmul(Tensor tensor1, Tensor tensor2, Scalar value) => Call("addcmul", this, tensor1, tensor2, value);
        public Tensor addcmul_(Tensor tensor1, Tensor tensor2, Scalar value) => InPlace("addcmul_", this, tensor1, tensor2, value);
        public Tensor addcdiv(Tensor tensor1, Tensor tensor2) => Call("addcdiv", this, tensor1, tensor2);
        public Tensor addcdiv(Tensor tensor1, Tensor tensor2, Scalar value) => Call("addcdiv", this, tensor1, tensor2, value);
        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2) => InPlace("addcdiv_", this, tensor1, tensor2);
        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2, Scalar value) => InPlace("addcdiv_", this, tensor1, tensor2, value);
        public Tensor lerp(Tensor end, Tensor weight) => Call("lerp.Tensor", this, end, weight);
        public Tensor lerp_(Tensor end, Tensor weight) => InPlace("lerp_.Tensor", this, end, weight);

        public Tensor clamp(Scalar? min = null, Scalar? max = null) => Call("clamp", this, min, max);
        public Tensor clamp(Tensor? min = null, Tensor? max = null) => Call("clamp.Tensor", this, min, max);
        public Tensor clamp_(Scalar? min = null, Scalar? max = null) => InPlace("clamp_", this, min, max);
        public Tensor clamp_(Tensor? min = null, Tensor? max = null) => InPlace("clamp_.Tensor", this, min, max);
        public Tensor clip(Scalar? min = null, Scalar? max = null) => Call("clip", this, min, max);
        public Tensor clamp_max(Scalar max) => Call("clamp_max", this, max);
        public Tensor clamp_max_(Scalar max) => InPlace("clamp_max_", this, max);
        public Tensor clamp_min(Scalar min) => Call("clamp_min", this, min);
        public Tensor clamp_min_(Scalar min) => InPlace("clamp_min_", this, min);

        static string? Name(RoundingMode mode) => mode switch
        {
            RoundingMode.None => null,
            RoundingMode.trunc => "trunc",
            RoundingMode.floor => "floor",
            _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "unknown rounding mode"),
        };
    }
}
