using System.Globalization;

namespace MedAnomaly.Volumes;

/// <summary>
/// Where a header places the voxels. The order is the format's recommendation and nibabel's: the sform where its code is above 0 and it is
/// usable, else the qform likewise, else the voxel sizes alone.
/// </summary>
sealed class NiftiForms
{
    /// <summary>
    /// How far apart sform and qform may place a voxel, in voxels, before they count as different: more than rounding adds up to.
    /// </summary>
    const double Agreement = 0.25;

    readonly NiftiFields fields;
    readonly NiftiHeaderParser report;
    readonly List<long> dimensions;

    public NiftiForms(NiftiFields fields, NiftiHeaderParser report, List<long> dimensions)
    {
        (this.fields, this.report, this.dimensions) = (fields, report, dimensions);
        var sizes = VoxelSizes();
        QformCode = Code(NiftiField.QformCode);
        SformCode = Code(NiftiField.SformCode);
        var factor = HandednessFactor();
        var qform = QformCode > 0 ? Qform(sizes, factor) : null;
        var sform = SformCode > 0 ? Sform() : null;
        if (sform is not null && qform is not null) Compare(sform, qform);
        (Affine, Source) = sform is not null ? (sform, AffineSource.Sform)
            : qform is not null ? (qform, AffineSource.Qform)
            : (Centred(sizes), AffineSource.Pixdim);
    }

    public Affine Affine { get; }

    public AffineSource Source { get; }

    public int QformCode { get; }

    public int SformCode { get; }

    double[] VoxelSizes()
    {
        var sizes = new double[3];
        for (var axis = 0; axis < 3; axis++)
        {
            var size = fields.Real(NiftiField.Pixdim, axis + 1);
            sizes[axis] = double.IsFinite(size) && size != 0 ? Math.Abs(size) : 1;
            // A file of fewer dimensions need not give the others a size.
            if (sizes[axis] != size && axis < fields.Integer(NiftiField.Dim))
            {
                report.Add(Severity.Warning, NiftiField.Pixdim,
                    FormattableString.Invariant($"is {size}: a voxel size is above 0; {sizes[axis]} is assumed."), axis + 1);
            }
        }
        return sizes;
    }

    int Code(NiftiField field)
    {
        var code = fields.Integer(field);
        if (code is >= 0 and <= 5) return (int)code;
        report.Add(Severity.Warning, field, $"is {code}: the codes are 0 to 5; taken as 0 (not set).");
        return 0;
    }

    double HandednessFactor()
    {
        var factor = fields.Real(NiftiField.Pixdim);
        if (factor is 1 or -1) return factor;
        report.Add(QformCode > 0 ? Severity.Warning : Severity.Note, NiftiField.Pixdim,
            FormattableString.Invariant($"(qfac) is {factor}: it is 1 or -1; 1 is assumed."), 0);
        return 1;
    }

    Affine? Sform()
    {
        var rows = Enumerable.Range(0, 12).Select(index => fields.Real(NiftiField.Sform, index)).ToArray();
        if (!rows.All(double.IsFinite))
        {
            report.Add(Severity.Warning, NiftiField.Sform, "the sform holds NaN or infinity and is not used.");
            return null;
        }
        var affine = new Affine(rows);
        if (!affine.IsSingular) return affine;
        report.Add(Severity.Warning, NiftiField.Sform, $"the sform [{affine}] is singular and is not used.");
        return null;
    }

    /// <summary>
    /// nifti1.h, method 2: the rotation of the unit quaternion (a, b, c, d), scaled by the voxel sizes, the third one times qfac.
    /// </summary>
    Affine? Qform(double[] sizes, double factor)
    {
        var values = Enumerable.Range(0, 3).Select(index => fields.Real(NiftiField.Quaternion, index))
            .Concat(Enumerable.Range(0, 3).Select(index => fields.Real(NiftiField.QformOffset, index))).ToArray();
        var (b, c, d) = (values[0], values[1], values[2]);
        // The header's own precision decides how much above 1 the length of (b, c, d) may be.
        var excess = 3 * (fields.Version == 1 ? (double)MathF.BitIncrement(1) - 1 : double.BitIncrement(1) - 1);
        var rest = 1 - (b * b + c * c + d * d);
        if (!values.All(double.IsFinite) || rest < -excess)
        {
            report.Add(Severity.Warning, NiftiField.Quaternion, string.Create(CultureInfo.InvariantCulture,
                $"({b}, {c}, {d}) with the offset ({values[3]}, {values[4]}, {values[5]}) is part of no unit quaternion; ")
                + "the qform is not used.");
            return null;
        }
        var a = Math.Sqrt(Math.Max(0, rest));
        var (x, y, z) = (sizes[0], sizes[1], sizes[2] * factor);
        // 2 over the squared length, so that a rounded quaternion still gives a rotation.
        var s = 2 / (a * a + b * b + c * c + d * d);
        return new(
            (1 - s * (c * c + d * d)) * x, s * (b * c - a * d) * y, s * (b * d + a * c) * z, values[3],
            s * (b * c + a * d) * x, (1 - s * (b * b + d * d)) * y, s * (c * d - a * b) * z, values[4],
            s * (b * d - a * c) * x, s * (c * d + a * b) * y, (1 - s * (b * b + c * c)) * z, values[5]);
    }

    /// <summary>The origin in the middle and x to the left: what SPM, FSL and nibabel take an image without an orientation for.</summary>
    Affine Centred(double[] sizes)
    {
        report.Add(Severity.Warning, NiftiField.SformCode, "neither sform nor qform can be used: which side is left is not known. "
            + "Assumed, as nibabel does: x to the left, y to the front, z to the top, the origin in the middle.");
        double Middle(int axis) => (Math.Max(1, dimensions[axis]) - 1) / 2.0 * sizes[axis];
        return new(-sizes[0], 0, 0, Middle(0), 0, sizes[1], 0, -Middle(1), 0, 0, sizes[2], -Middle(2));
    }

    void Compare(Affine sform, Affine qform)
    {
        if (sform.Determinant > 0 != qform.Determinant > 0)
        {
            report.Add(Severity.Warning, NiftiField.SformCode, "sform and qform differ in handedness: by one of them left and right are "
                + "swapped. The sform is used.");
            return;
        }
        var apart = 0.0;
        for (var corner = 0; corner < 8; corner++)
        {
            var (x, y, z) = (End(0, corner & 1), End(1, corner & 2), End(2, corner & 4));
            var (one, other) = (sform.Apply(x, y, z), qform.Apply(x, y, z));
            apart = Math.Max(apart, Math.Sqrt(Math.Pow(one.X - other.X, 2) + Math.Pow(one.Y - other.Y, 2) + Math.Pow(one.Z - other.Z, 2)));
        }
        var (width, height, depth) = sform.Spacing;
        if (!(apart > Agreement * Math.Min(width, Math.Min(height, depth)))) return;
        report.Add(Severity.Warning, NiftiField.SformCode,
            FormattableString.Invariant($"sform and qform place voxels up to {apart:F1} mm apart. The sform is used."));

        double End(int axis, int last) => last == 0 ? 0 : Math.Max(1, dimensions[axis]) - 1;
    }
}
