using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MedAnomaly.Neighbors;

/// <summary>
/// Vectors side by side as the kernel reads them: a panel holds the first component of several, then their second and so on. The kernel
/// multiplies a few rows with a panel and tells which products exceed a row's limit; no product is written to memory.
/// </summary>
abstract unsafe class Panels : IDisposable
{
    /// <summary>Rows that the kernel takes at once: with two registers a row they and their factors fill a processor's sixteen.</summary>
    public const int TileRows = 6;

    /// <summary>Components that all rows pass before the next: their lines and a tile's rows fill half of the nearest cache.</summary>
    const int BlockLines = 256;

    readonly long panelSize;
    readonly float* panels;
    readonly long bytes;

    Panels(int dimension, long vectors, int lanes)
    {
        Dimension = dimension;
        Width = 2 * lanes;
        // One line more: what is subtracted from each product.
        panelSize = (dimension + 1L) * Width;
        bytes = checked((vectors + Width - 1) / Width * panelSize * sizeof(float));
        panels = (float*)NativeMemory.AlignedAlloc((nuint)bytes, 64);
        GC.AddMemoryPressure(bytes);
        NativeMemory.Clear(panels, (nuint)bytes);
    }

    /// <summary>Components of a vector.</summary>
    public int Dimension { get; }

    /// <summary>Vectors in a panel.</summary>
    public int Width { get; }

    /// <summary>Bytes of a panel.</summary>
    public long PanelBytes => panelSize * sizeof(float);

    /// <summary>Takes memory for so many vectors of so many components, in the form that this processor reads fastest.</summary>
    public static Panels Create(int dimension, long vectors) => Vector512.IsHardwareAccelerated
        ? new Of<Lanes512, Vector512<float>>(dimension, vectors) : new Of<Lanes256, Vector256<float>>(dimension, vectors);

    /// <summary>As above, in the form for registers of 512 bits whatever the processor has.</summary>
    internal static Panels CreateWide(int dimension, long vectors) => new Of<Lanes512, Vector512<float>>(dimension, vectors);

    /// <summary>
    /// Writes a vector less <paramref name="origin"/>, times <paramref name="factor"/>; its products will be less by
    /// <paramref name="subtrahend"/>.
    /// </summary>
    public void Set(long number, float* vector, float* origin, float factor, float subtrahend)
    {
        var target = panels + number / Width * panelSize + number % Width;
        *target = -subtrahend;
        for (var i = 0; i < Dimension; i++) *(target += Width) = (vector[i] - origin[i]) * factor;
    }

    /// <summary>Tells for rows and each vector of a panel whether the product less the subtrahend may exceed the row's limit.</summary>
    /// <param name="panel">The number of the panel.</param>
    /// <param name="rows">The addresses of the rows, <see cref="TileRows"/> a tile.</param>
    /// <param name="tiles">How many tiles of rows.</param>
    /// <param name="limits">A limit a row.</param>
    /// <param name="exceeding">Gets a bit a vector, a number a row.</param>
    /// <param name="sums">Scratch: <see cref="TileRows"/> · <see cref="Width"/> floats a tile.</param>
    public abstract void FindExceeding(long panel, float** rows, int tiles, float* limits, uint* exceeding, float* sums);

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        NativeMemory.AlignedFree(panels);
        GC.RemoveMemoryPressure(bytes);
    }

    sealed class Of<TLanes, TVector>(int dimension, long vectors) : Panels(dimension, vectors, TLanes.Count) where TLanes : ILanes<TVector>
    {
        public override void FindExceeding(long panel, float** rows, int tiles, float* limits, uint* exceeding, float* sums)
        {
            var line = panels + panel * panelSize;
            for (var start = 0; start < Dimension || start == 0; start += BlockLines)
            {
                var end = Math.Min(start + BlockLines, Dimension);
                for (var tile = 0; tile < tiles; tile++)
                {
                    var own = sums + tile * TileRows * Width;
                    var at = tile * TileRows;
                    if (start == 0) Begin(line, own);
                    Add(line + (start + 1L) * Width, rows + at, start, end, own);
                    if (end == Dimension) Compare(own, limits + at, exceeding + at);
                }
            }
        }

        static void Begin(float* line, float* sums)
        {
            for (var row = 0; row < TileRows; row++)
            {
                TLanes.Store(TLanes.Load(line), sums + row * 2 * TLanes.Count);
                TLanes.Store(TLanes.Load(line + TLanes.Count), sums + (row * 2 + 1) * TLanes.Count);
            }
        }

        static void Compare(float* sums, float* limits, uint* exceeding)
        {
            for (var row = 0; row < TileRows; row++, sums += 2 * TLanes.Count)
            {
                exceeding[row] = TLanes.NotAtMost(TLanes.Load(sums), limits[row])
                    | TLanes.NotAtMost(TLanes.Load(sums + TLanes.Count), limits[row]) << TLanes.Count;
            }
        }

        /// <summary>Adds the products of some components to the sums of a tile, all of which stay in registers meanwhile.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        static void Add(float* line, float** rows, nint start, nint end, float* sums)
        {
            float* r0 = rows[0], r1 = rows[1], r2 = rows[2], r3 = rows[3], r4 = rows[4], r5 = rows[5];
            TVector a0 = TLanes.Load(sums), b0 = TLanes.Load(sums + TLanes.Count);
            TVector a1 = TLanes.Load(sums + 2 * TLanes.Count), b1 = TLanes.Load(sums + 3 * TLanes.Count);
            TVector a2 = TLanes.Load(sums + 4 * TLanes.Count), b2 = TLanes.Load(sums + 5 * TLanes.Count);
            TVector a3 = TLanes.Load(sums + 6 * TLanes.Count), b3 = TLanes.Load(sums + 7 * TLanes.Count);
            TVector a4 = TLanes.Load(sums + 8 * TLanes.Count), b4 = TLanes.Load(sums + 9 * TLanes.Count);
            TVector a5 = TLanes.Load(sums + 10 * TLanes.Count), b5 = TLanes.Load(sums + 11 * TLanes.Count);
            for (var k = start; k < end; k++)
            {
                TVector low = TLanes.Load(line), high = TLanes.Load(line + TLanes.Count);
                line += 2 * TLanes.Count;
                var factor = TLanes.Broadcast(r0[k]);
                a0 = TLanes.MultiplyAdd(factor, low, a0);
                b0 = TLanes.MultiplyAdd(factor, high, b0);
                factor = TLanes.Broadcast(r1[k]);
                a1 = TLanes.MultiplyAdd(factor, low, a1);
                b1 = TLanes.MultiplyAdd(factor, high, b1);
                factor = TLanes.Broadcast(r2[k]);
                a2 = TLanes.MultiplyAdd(factor, low, a2);
                b2 = TLanes.MultiplyAdd(factor, high, b2);
                factor = TLanes.Broadcast(r3[k]);
                a3 = TLanes.MultiplyAdd(factor, low, a3);
                b3 = TLanes.MultiplyAdd(factor, high, b3);
                factor = TLanes.Broadcast(r4[k]);
                a4 = TLanes.MultiplyAdd(factor, low, a4);
                b4 = TLanes.MultiplyAdd(factor, high, b4);
                factor = TLanes.Broadcast(r5[k]);
                a5 = TLanes.MultiplyAdd(factor, low, a5);
                b5 = TLanes.MultiplyAdd(factor, high, b5);
            }
            TLanes.Store(a0, sums);
            TLanes.Store(b0, sums + TLanes.Count);
            TLanes.Store(a1, sums + 2 * TLanes.Count);
            TLanes.Store(b1, sums + 3 * TLanes.Count);
            TLanes.Store(a2, sums + 4 * TLanes.Count);
            TLanes.Store(b2, sums + 5 * TLanes.Count);
            TLanes.Store(a3, sums + 6 * TLanes.Count);
            TLanes.Store(b3, sums + 7 * TLanes.Count);
            TLanes.Store(a4, sums + 8 * TLanes.Count);
            TLanes.Store(b4, sums + 9 * TLanes.Count);
            TLanes.Store(a5, sums + 10 * TLanes.Count);
            TLanes.Store(b5, sums + 11 * TLanes.Count);
        }
    }
}
