using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace MedAnomaly.Neighbors;

/// <summary>
/// The rows of a matrix of 32-bit floats in the CPU's memory, of any size: a tensor's own span ends at 2 GiB. Sums are made in double
/// precision and in one order, whatever the processor, the batch and the thread: equal rows give equal results everywhere.
/// </summary>
sealed unsafe class Rows
{
    readonly Tensor matrix;
    readonly float* first;

    /// <summary>Looks into a contiguous matrix [N, D] on the CPU, which must outlive this.</summary>
    public Rows(Tensor matrix)
    {
        this.matrix = matrix;
        Count = matrix.shape[0];
        Width = checked((int)matrix.shape[1]);
        // Native memory does not move; the first row's address reaches all.
        if (matrix.numel() > 0) first = (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(matrix.narrow(0, 0, 1).bytes));
    }

    /// <summary>N.</summary>
    public long Count { get; }

    /// <summary>D.</summary>
    public int Width { get; }

    /// <summary>The address of a row, good as long as <see cref="KeepAlive"/> is yet to be called.</summary>
    public float* this[long row] => first + row * Width;

    /// <summary>Marks the end of the use of addresses.</summary>
    public void KeepAlive() => GC.KeepAlive(matrix);

    /// <summary>The squared Euclidean distance of two vectors.</summary>
    public static double SquaredDistance(float* a, float* b, int width)
    {
        Vector256<double> low = default, high = default;
        var i = 0;
        for (; i <= width - 8; i += 8)
        {
            var (aLow, aHigh) = Vector256.Widen(Vector256.Load(a + i));
            var (bLow, bHigh) = Vector256.Widen(Vector256.Load(b + i));
            Vector256<double> first = aLow - bLow, second = aHigh - bHigh;
            low += first * first;
            high += second * second;
        }
        var sum = Vector256.Sum(low + high);
        for (; i < width; i++)
        {
            var difference = (double)a[i] - b[i];
            sum += difference * difference;
        }
        return sum;
    }

    /// <summary>The scalar product of two vectors.</summary>
    public static double Product(float* a, float* b, int width)
    {
        Vector256<double> low = default, high = default;
        var i = 0;
        for (; i <= width - 8; i += 8)
        {
            var (aLow, aHigh) = Vector256.Widen(Vector256.Load(a + i));
            var (bLow, bHigh) = Vector256.Widen(Vector256.Load(b + i));
            low += aLow * bLow;
            high += aHigh * bHigh;
        }
        var sum = Vector256.Sum(low + high);
        for (; i < width; i++) sum += (double)a[i] * b[i];
        return sum;
    }

    /// <summary>1 - cosine of two vectors, exactly 0 for equal ones; 1 where either is zero.</summary>
    public static double CosineDistance(float* a, float* b, int width)
    {
        // The root of a product of norms, and not the product of roots: the former is exact where both are equal.
        var norms = Product(a, a, width) * Product(b, b, width);
        return norms == 0 ? 1 : Math.Clamp(1 - Product(a, b, width) / Math.Sqrt(norms), 0, 2);
    }
}
