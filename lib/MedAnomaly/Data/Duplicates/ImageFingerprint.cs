using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using MedAnomaly.Images;

namespace MedAnomaly.Data;

/// <summary>
/// What two images of one patient have in common: the low frequencies of the image at 32 x 32 pixels. A discrete cosine transform keeps the
/// 16 lowest frequencies of each direction without the mean, scaled to length 1, so that brightness, contrast, size and compression do not
/// matter.
/// </summary>
public sealed class ImageFingerprint
{
    const int Side = 32;
    const int Frequencies = 16;

    static readonly float[,] Cosines = MakeCosines();

    readonly float[] spectrum;
    readonly float[] mirrored;

    ImageFingerprint(string pixelHash, float[] spectrum)
    {
        (PixelHash, this.spectrum) = (pixelHash, spectrum);
        // Mirroring left to right turns the sign of the odd horizontal frequencies, and nothing else.
        mirrored = [.. spectrum.Select((value, i) => (i + 1) % Frequencies % 2 == 1 ? -value : value)];
    }

    /// <summary>SHA-256 of the image's size and its pixels as 8-bit RGB with opacity: equal for equal images, whatever the file.</summary>
    public string PixelHash { get; }

    /// <summary>The fingerprint of <paramref name="image"/>.</summary>
    public static ImageFingerprint Of(Image image)
    {
        ArgumentNullException.ThrowIfNull(image);
        var small = image.CloneAs<L8>();
        small.Mutate(context => context.Resize(Side, Side, KnownResamplers.Triangle));
        return new(HashPixels(image), Spectrum(small.Pixels));
    }

    /// <summary>
    /// The cosine of the two spectra, of this image as it is or mirrored, whichever is larger: 1 for copies, about 0 for strangers.
    /// </summary>
    public float Similarity(ImageFingerprint other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Math.Max(Dot(spectrum, other.spectrum), Dot(mirrored, other.spectrum));
    }

    static string HashPixels(Image image)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(BitConverter.GetBytes(image.Width));
        hash.AppendData(BitConverter.GetBytes(image.Height));
        hash.AppendData(MemoryMarshal.AsBytes(image.CloneAs<Rgba32>().Pixels));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    static float[] Spectrum(ReadOnlySpan<L8> pixels)
    {
        var rows = new float[Side, Frequencies];
        for (var y = 0; y < Side; y++)
            for (var u = 0; u < Frequencies; u++)
                for (var x = 0; x < Side; x++)
                    rows[y, u] += pixels[y * Side + x].PackedValue * Cosines[u, x];
        var spectrum = new float[Frequencies * Frequencies - 1];
        for (var i = 0; i < spectrum.Length; i++)
        {
            // Entry 0, left out, is the mean.
            var (v, u) = Math.DivRem(i + 1, Frequencies);
            for (var y = 0; y < Side; y++) spectrum[i] += rows[y, u] * Cosines[v, y];
        }
        var norm = MathF.Sqrt(Dot(spectrum, spectrum));
        return norm > 0 ? Array.ConvertAll(spectrum, value => value / norm) : spectrum;
    }

    /// <summary>Sums in one order on every machine, so that a pair at the threshold is near-copies everywhere or nowhere.</summary>
    static float Dot(float[] a, float[] b)
    {
        var sum = Vector128<float>.Zero;
        var i = 0;
        for (; i <= a.Length - Vector128<float>.Count; i += Vector128<float>.Count)
            sum += Vector128.LoadUnsafe(ref a[i]) * Vector128.LoadUnsafe(ref b[i]);
        var dot = Vector128.Sum(sum);
        for (; i < a.Length; i++) dot += a[i] * b[i];
        return dot;
    }

    static float[,] MakeCosines()
    {
        var cosines = new float[Frequencies, Side];
        for (var u = 0; u < Frequencies; u++)
            for (var x = 0; x < Side; x++)
                cosines[u, x] = (float)(Math.Sqrt((u == 0 ? 1.0 : 2.0) / Side) * Math.Cos(Math.PI * (2 * x + 1) * u / (2 * Side)));
        return cosines;
    }
}
