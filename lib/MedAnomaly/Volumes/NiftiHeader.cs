using System.Globalization;

namespace MedAnomaly.Volumes;

/// <summary>Which of a header's fields place the voxels in the patient.</summary>
public enum AffineSource
{
    /// <summary>The sform: three rows of an affine.</summary>
    Sform,
    /// <summary>The qform: a quaternion, an offset and the voxel sizes.</summary>
    Qform,
    /// <summary>Neither form is set: the voxel sizes only, with an assumed orientation.</summary>
    Pixdim,
}

/// <summary>A block of a header that another program put there.</summary>
/// <param name="Code">The registered kind: 2 DICOM, 4 AFNI, 6 comment, ...</param>
/// <param name="Data">The contents, padded to a multiple of 16 less 8 bytes.</param>
public sealed record NiftiExtension(int Code, byte[] Data);

/// <summary>What a NIfTI header says, decoded.</summary>
public sealed record NiftiHeader
{
    /// <summary>1 or 2.</summary>
    public required int Version { get; init; }

    /// <summary>Whether the numbers in the file have their highest byte first.</summary>
    public required bool IsBigEndian { get; init; }

    /// <summary>Whether header and voxels lie in one file (.nii) or in a pair (.hdr and .img).</summary>
    public required bool IsSingleFile { get; init; }

    /// <summary>The size along each dimension of the file, without trailing ones beyond the third; at least three.</summary>
    public required IReadOnlyList<long> Dimensions { get; init; }

    /// <summary>The type of the voxels in the file.</summary>
    public required NiftiDatatype Datatype { get; init; }

    /// <summary>The byte of the (decompressed) file at which the voxels start.</summary>
    public required long VoxelOffset { get; init; }

    /// <summary>What a stored value is multiplied by; 1 where the file sets no scaling.</summary>
    public required double Slope { get; init; }

    /// <summary>What is added then; 0 where the file sets no scaling.</summary>
    public required double Intercept { get; init; }

    /// <summary>Voxel indices to world millimetres (RAS).</summary>
    public required Affine Affine { get; init; }

    /// <summary>Where <see cref="Affine"/> comes from.</summary>
    public required AffineSource AffineSource { get; init; }

    /// <summary>What kind of world the sform speaks of: 0 none, 1 scanner, 2 aligned to another file, 3 Talairach, 4 MNI 152.</summary>
    public required int SformCode { get; init; }

    /// <summary>What kind of world the qform speaks of; the same codes.</summary>
    public required int QformCode { get; init; }

    /// <summary>The file's free text.</summary>
    public required string Description { get; init; }

    /// <summary>Blocks that other programs put behind the header.</summary>
    public IReadOnlyList<NiftiExtension> Extensions { get; init; } = [];

    /// <summary>How many volumes follow one another along the fourth dimension.</summary>
    public long Frames => Dimensions.Count > 3 ? Dimensions[3] : 1;

    /// <summary>"NIfTI-1, 182 x 218 x 182, Int16, little-endian, …".</summary>
    public string Summary => string.Create(CultureInfo.InvariantCulture,
        $"NIfTI-{Version}, {Shape}, {Datatype}, {(IsBigEndian ? "big" : "little")}-endian, slope {Slope}, intercept {Intercept}, ")
        + $"affine [{Affine}] from {AffineSource}";

    internal string Shape => string.Join(" x ", Dimensions);

    internal bool IsScaled => Slope != 1 || Intercept != 0;

    internal VolumeGrid Grid => new((int)Dimensions[0], (int)Dimensions[1], (int)Dimensions[2], Affine);
}
