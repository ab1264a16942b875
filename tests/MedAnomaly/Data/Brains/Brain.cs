using MedAnomaly.Data.Brains;
using MedAnomaly.Volumes;

namespace MedAnomaly.Tests.Data.Brains;

/// <summary>A brain that tests draw: an ellipsoid of uneven brightness in a dark box, in voxels of 2 x 2 x 4 mm.</summary>
static class Brain
{
    public const int Width = 64, Height = 64, Slices = 20;

    public static Volume Drawn(string orientation = "LPS")
    {
        var volume = new Volume(new(Width, Height, Slices, new(-2, 0, 0, 63, 0, -2, 0, 63, 0, 0, 4, -38))) { Source = "drawn.nii" };
        for (var i = 0; i < volume.Voxels.Length; i++)
        {
            var (x, y, z) = (i % Width - 31.5, i / Width % Height - 31.5, i / Width / Height - 9.5);
            var depth = x * x / (26 * 26) + y * y / (30 * 30) + z * z / (9.0 * 9.0);
            volume.Voxels[i] = depth >= 1 ? 0 : (float)(100 + 30 * Math.Sin(0.3 * x) * Math.Cos(0.2 * y) + z);
        }
        return volume.Reorient(orientation);
    }

    public static PreparedBrain Prepared(bool noise = true, string name = "drawn") => new BrainPreparation(noise).Prepare(Drawn(), name);
}
