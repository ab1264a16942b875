using static TorchSharp.Dispatch;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public static Tensor operator +(Tensor left, Tensor right) => Call("add.Tensor", left, right);
        public static Tensor operator +(Tensor left, Scalar right) => Call("add.Scalar", left, right);
        public static Tensor operator +(Tensor left, int right) => Call("add.Scalar", left, (long)right);
        public static Tensor operator +(Tensor left, long right) => Call("add.Scalar", left, right);
        public static Tensor operator +(Tensor left, float right) => Call("add.Scalar", left, (double)right);
        public static Tensor operator +(Tensor left, double right) => Call("add.Scalar", left, right);
        public static Tensor operator +(Scalar left, Tensor right) => Call("add.Scalar", right, left);
        public static Tensor operator +(int left, Tensor right) => Call("add.Scalar", right, (long)left);
        public static Tensor operator +(long left, Tensor right) => Call("add.Scalar", right, left);
        public static Tensor operator +(float left, Tensor right) => Call("add.Scalar", right, (double)left);
        public static Tensor operator +(double left, Tensor right) => Call("add.Scalar", right, left);

        public static Tensor operator -(Tensor left, Tensor right) => Call("sub.Tensor", left, right);
        public static Tensor operator -(Tensor left, Scalar right) => Call("sub.Scalar", left, right);
        public static Tensor operator -(Tensor left, int right) => Call("sub.Scalar", left, (long)right);
        public static Tensor operator -(Tensor left, long right) => Call("sub.Scalar", left, right);
        public static Tensor operator -(Tensor left, float right) => Call("sub.Scalar", left, (double)right);
        public static Tensor operator -(Tensor left, double right) => Call("sub.Scalar", left, right);
        public static Tensor operator -(Scalar left, Tensor right) => Call("rsub.Scalar", right, left);
        public static Tensor operator -(int left, Tensor right) => Call("rsub.Scalar", right, (long)left);
        public static Tensor operator -(long left, Tensor right) => Call("rsub.Scalar", right, left);
        public static Tensor operator -(float left, Tensor right) => Call("rsub.Scalar", right, (double)left);
        public static Tensor operator -(double left, Tensor right) => Call("rsub.Scalar", right, left);

        public static Tensor operator *(Tensor left, Tensor right) => Call("mul.Tensor", left, right);
        public static Tensor operator *(Tensor left, Scalar right) => Call("mul.Scalar", left, right);
        public static Tensor operator *(Tensor left, int right) => Call("mul.Scalar", left, (long)right);
        public static Tensor operator *(Tensor left, long right) => Call("mul.Scalar", left, right);
        public static Tensor operator *(Tensor left, float right) => Call("mul.Scalar", left, (double)right);
        public static Tensor operator *(Tensor left, double right) => Call("mul.Scalar", left, right);
        public static Tensor operator *(Scalar left, Tensor right) => Call("mul.Scalar", right, left);
        public static Tensor operator *(int left, Tensor right) => Call("mul.Scalar", right, (long)left);
        public static Tensor operator *(long left, Tensor right) => Call("mul.Scalar", right, left);
        public static Tensor operator *(float left, Tensor right) => Call("mul.Scalar", right, (double)left);
        public static Tensor operator *(double left, Tensor right) => Call("mul.Scalar", right, left);

        public static Tensor operator /(Tensor left, Tensor right) => Call("div.Tensor", left, right);
        public static Tensor operator /(Tensor left, Scalar right) => Call("div.Scalar", left, right);
        public static Tensor operator /(Tensor left, int right) => Call("div.Scalar", left, (long)right);
        public static Tensor operator /(Tensor left, long right) => Call("div.Scalar", left, right);
        public static Tensor operator /(Tensor left, float right) => Call("div.Scalar", left, (double)right);
        public static Tensor operator /(Tensor left, double right) => Call("div.Scalar", left, right);
        public static Tensor operator /(Scalar left, Tensor right) => Reciprocal(right, left);
        public static Tensor operator /(int left, Tensor right) => Reciprocal(right, (long)left);
        public static Tensor operator /(long left, Tensor right) => Reciprocal(right, left);
        public static Tensor operator /(float left, Tensor right) => Reciprocal(right, (double)left);
        public static Tensor operator /(double left, Tensor right) => Reciprocal(right, left);

        public static Tensor operator %(Tensor left, Tensor right) => Call("remainder.Tensor", left, right);
        public static Tensor operator %(Tensor left, Scalar right) => Call("remainder.Scalar", left, right);
        public static Tensor operator %(Tensor left, int right) => Call("remainder.Scalar", left, (long)right);
        public static Tensor operator %(Tensor left, long right) => Call("remainder.Scalar", left, right);
        public static Tensor operator %(Tensor left, float right) => Call("remainder.Scalar", left, (double)right);
        public static Tensor operator %(Tensor left, double right) => Call("remainder.Scalar", left, right);

        public static Tensor operator -(Tensor tensor) => Call("neg", tensor);
        public static Tensor operator ~(Tensor left) => Call("bitwise_not", left);
        public static Tensor operator &(Tensor left, Tensor right) => Call("bitwise_and.Tensor", left, right);
        public static Tensor operator |(Tensor left, Tensor right) => Call("bitwise_or.Tensor", left, right);
        public static Tensor operator ^(Tensor left, Tensor right) => Call("bitwise_xor.Tensor", left, right);

        public static Tensor operator ==(Tensor left, Tensor right) => Call("eq.Tensor", left, right);
        public static Tensor operator ==(Tensor left, Scalar right) => Call("eq.Scalar", left, right);
        public static Tensor operator ==(Scalar left, Tensor right) => Call("eq.Scalar", right, left);
        public static Tensor operator !=(Tensor left, Tensor right) => Call("ne.Tensor", left, right);
        public static Tensor operator !=(Tensor left, Scalar right) => Call("ne.Scalar", left, right);
        public static Tensor operator !=(Scalar left, Tensor right) => Call("ne.Scalar", right, left);
        public static Tensor operator <(Tensor left, Tensor right) => Call("lt.Tensor", left, right);
        public static Tensor operator <(Tensor left, Scalar right) => Call("lt.Scalar", left, right);
        public static Tensor operator <(Scalar left, Tensor right) => Call("gt.Scalar", right, left);
        public static Tensor operator >(Tensor left, Tensor right) => Call("gt.Tensor", left, right);
        public static Tensor operator >(Tensor left, Scalar right) => Call("gt.Scalar", left, right);
        public static Tensor operator >(Scalar left, Tensor right) => Call("lt.Scalar", right, left);
        public static Tensor operator <=(Tensor left, Tensor right) => Call("le.Tensor", left, right);
        public static Tensor operator <=(Tensor left, Scalar right) => Call("le.Scalar", left, right);
        public static Tensor operator <=(Scalar left, Tensor right) => Call("ge.Scalar", right, left);
        public static Tensor operator >=(Tensor left, Tensor right) => Call("ge.Tensor", left, right);
        public static Tensor operator >=(Tensor left, Scalar right) => Call("ge.Scalar", left, right);
        public static Tensor operator >=(Scalar left, Tensor right) => Call("le.Scalar", right, left);

        public static implicit operator Tensor(byte value) => tensor(value);
        public static implicit operator Tensor(byte[] value) => tensor(value);
        public static implicit operator Tensor(sbyte value) => tensor(value);
        public static implicit operator Tensor(sbyte[] value) => tensor(value);
        public static implicit operator Tensor(short value) => tensor(value);
        public static implicit operator Tensor(short[] value) => tensor(value);
        public static implicit operator Tensor(int value) => tensor(value);
        public static implicit operator Tensor(int[] value) => tensor(value);
        public static implicit operator Tensor(long value) => tensor(value);
        public static implicit operator Tensor(long[] value) => tensor(value);
        public static implicit operator Tensor(float value) => tensor(value);
        public static implicit operator Tensor(float[] value) => tensor(value);
        public static implicit operator Tensor(double value) => tensor(value);
        public static implicit operator Tensor(double[] value) => tensor(value);
        public static implicit operator Tensor(bool value) => tensor(value);
        public static implicit operator Tensor(bool[] value) => tensor(value);
        public static implicit operator Tensor(Scalar scalar) => Call("scalar_tensor", scalar, scalar.Type);

        public static explicit operator byte(Tensor value) => value.ToScalar().ToByte();
        public static explicit operator sbyte(Tensor value) => value.ToScalar().ToSByte();
        public static explicit operator short(Tensor value) => value.ToScalar().ToInt16();
        public static explicit operator int(Tensor value) => value.ToScalar().ToInt32();
        public static explicit operator long(Tensor value) => value.ToScalar().ToInt64();
        public static explicit operator float(Tensor value) => value.ToScalar().ToSingle();
        public static explicit operator double(Tensor value) => value.ToScalar().ToDouble();
        public static explicit operator bool(Tensor value) => value.ToScalar().ToBoolean();

        static Tensor Reciprocal(Tensor divisor, Scalar dividend)
        {
            using var reciprocal = Call("reciprocal", divisor);
            return Call("mul.Scalar", reciprocal, dividend);
        }
    }
}
