using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MedAnomaly.Data;

/// <summary>Names a list of samples by a hash.</summary>
static class SampleListHash
{
    /// <param name="origin">What the samples come from: a manifest's hash, another dataset's hash, or nothing.</param>
    /// <param name="samples">The samples.</param>
    internal static string Of(string origin, IEnumerable<Sample> samples)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(origin + "\n"));
        foreach (var sample in samples)
        {
            var bytes = sample.Path.Length == 0 ? 0 : new FileInfo(sample.Path).Length;
            hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
                $"{sample.Id}\t{sample.Group}\t{(int)sample.Label}\t{bytes}\n")));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
