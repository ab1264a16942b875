namespace MedAnomaly.Volumes;

/// <summary>Decodes a header's fields and judges each of them; what it has to say goes into <see cref="Findings"/>.</summary>
sealed class NiftiHeaderParser(NiftiFields fields)
{
    const int MaximumRank = 4;

    readonly List<Finding> findings = [];

    public IReadOnlyList<Finding> Findings => findings;

    /// <summary>Adds a finding about <paramref name="field"/>.</summary>
    public void Add(Severity severity, NiftiField field, string message, int? index = null)
    {
        var name = index is null ? field.Name : $"{field.Name}[{index}]";
        findings.Add(new(severity, name, field.Offset(fields.Version, index ?? 0), message));
    }

    public NiftiHeader Parse()
    {
        var single = Magic();
        var dimensions = Dimensions();
        var datatype = Datatype();
        CheckTotal(dimensions, datatype);
        var offset = VoxelOffset(single);
        var (slope, intercept) = Scaling();
        CheckUnits();
        var forms = new NiftiForms(fields, this, dimensions);
        return new NiftiHeader
        {
            Version = fields.Version,
            IsBigEndian = fields.IsBigEndian,
            IsSingleFile = single,
            Dimensions = dimensions,
            Datatype = datatype,
            VoxelOffset = offset,
            Slope = slope,
            Intercept = intercept,
            Affine = forms.Affine,
            AffineSource = forms.Source,
            SformCode = forms.SformCode,
            QformCode = forms.QformCode,
            Description = fields.Text(NiftiField.Description),
        };
    }

    bool Magic()
    {
        var magic = fields.Text(NiftiField.Magic);
        var single = $"n+{fields.Version}";
        if (magic != single && magic != $"ni{fields.Version}")
        {
            Add(Severity.Error, NiftiField.Magic, $"is '{magic}', expected '{single}' or 'ni{fields.Version}'. (ANALYZE 7.5 files, "
                + "which have none, are not read: they do not say which side is left.)");
        }
        else if (fields.Version == 2 && !fields.Bytes.Slice(8, 4).SequenceEqual("\r\n\x1a\n"u8))
        {
            Add(Severity.Error, NiftiField.Magic, "the line ends in it were changed: the file was transferred as text. Transfer it "
                + "again as binary.");
        }
        return magic == single;
    }

    List<long> Dimensions()
    {
        var rank = fields.Integer(NiftiField.Dim);
        if (rank is < 1 or > 7)
        {
            Add(Severity.Error, NiftiField.Dim, $"is {rank}: a file has 1 to 7 dimensions.", 0);
            return [1, 1, 1];
        }
        var dimensions = Enumerable.Range(1, (int)rank).Select(axis => fields.Integer(NiftiField.Dim, axis)).ToList();
        while (dimensions.Count < 3) dimensions.Add(1);
        if (fields.Version == 1 && dimensions is [-1, 1, 1, ..])
        {
            // FreeSurfer stores surface data as one long line; where its length does not fit into 16 bits it stands in glmin.
            dimensions[0] = fields.Integer(NiftiField.Glmin);
            Add(Severity.Note, NiftiField.Dim, $"is -1, as FreeSurfer writes it for a long vector; its length, {dimensions[0]}, is "
                + "taken from glmin.", 1);
        }
        for (var axis = 0; axis < dimensions.Count; axis++)
        {
            if (dimensions[axis] < 1) Add(Severity.Error, NiftiField.Dim, $"is {dimensions[axis]}: a size is at least 1.", axis + 1);
        }
        while (dimensions.Count > 3 && dimensions[^1] == 1) dimensions.RemoveAt(dimensions.Count - 1);
        if (dimensions.Count > MaximumRank)
        {
            Add(Severity.Error, NiftiField.Dim, $"the file is {string.Join(" x ", dimensions)}, of {dimensions.Count} dimensions: only "
                + "volumes (3) and series of volumes (4) are read.", 0);
        }
        return dimensions;
    }

    NiftiDatatype Datatype()
    {
        var type = (NiftiDatatype)fields.Integer(NiftiField.Datatype);
        var bits = fields.Integer(NiftiField.Bitpix);
        if (type.Size() == 0)
        {
            Add(Severity.Error, NiftiField.Datatype,
                (Enum.IsDefined(type) ? $"voxels of type {type} ({(int)type}) are not read" : $"{(int)type} is no known type")
                + ": expected an integer or real type of 8 to 64 bits.");
        }
        else if (bits != type.Size() * 8)
        {
            Add(Severity.Error, NiftiField.Bitpix, $"is {bits}, but voxels of type {type} have {type.Size() * 8} bits.");
        }
        return type;
    }

    void CheckTotal(List<long> dimensions, NiftiDatatype type)
    {
        if (dimensions.Any(size => size < 1)) return;
        var voxels = dimensions.Take(3).Aggregate((Int128)1, Multiply);
        var bytes = Multiply(dimensions.Skip(3).Aggregate(voxels, Multiply), Math.Max(1, type.Size()));
        if (bytes > long.MaxValue)
        {
            Add(Severity.Error, NiftiField.Dim, $"{string.Join(" x ", dimensions)} voxels take more than 2^63 bytes.");
        }
        else if (voxels > Array.MaxLength)
        {
            Add(Severity.Error, NiftiField.Dim, $"a volume of {string.Join(" x ", dimensions.Take(3))} has {voxels} voxels; at most "
                + $"{Array.MaxLength} are read into memory. Cut it into smaller volumes.");
        }

        // A bound high enough for the messages, low enough for seven 63-bit factors not to overflow.
        static Int128 Multiply(Int128 product, long factor) => product > long.MaxValue ? product : product * factor;
    }

    long VoxelOffset(bool single)
    {
        var offset = fields.Real(NiftiField.VoxOffset);
        var least = single ? NiftiFields.Length(fields.Version) + 4 : 0;
        if (!(offset >= least && offset <= 1L << 53) || offset != Math.Floor(offset))
        {
            Add(Severity.Error, NiftiField.VoxOffset,
                FormattableString.Invariant($"is {offset}: the voxels start at a whole number of bytes, at least {least}."));
            return least;
        }
        if (offset % 16 != 0)
            Add(Severity.Note, NiftiField.VoxOffset, FormattableString.Invariant($"is {offset}, no multiple of 16: SPM cannot map it."));
        return (long)offset;
    }

    (double Slope, double Intercept) Scaling()
    {
        var (slope, intercept) = (fields.Real(NiftiField.Slope), fields.Real(NiftiField.Intercept));
        if (slope == 0 || double.IsNaN(slope)) return (1, 0);
        if (double.IsInfinity(slope)) Add(Severity.Error, NiftiField.Slope, "is infinite: voxels cannot be scaled by it.");
        if (!double.IsFinite(intercept))
            Add(Severity.Error, NiftiField.Intercept,
                FormattableString.Invariant($"is {intercept}, beside a slope of {slope}: voxels cannot be shifted by it."));
        return (slope, intercept);
    }

    void CheckUnits()
    {
        // The lowest three bits: 0 not said, 1 metre, 2 millimetre, 3 micrometre.
        var unit = fields.Integer(NiftiField.Units) & 7;
        if (unit is 0 or 2) return;
        var name = unit switch { 1 => "metres", 3 => "micrometres", _ => "an unknown unit" };
        Add(Severity.Warning, NiftiField.Units, $"says {name}; the numbers are taken for millimetres, as other readers do.");
    }
}
