using FsCheck;
using FsCheck.Fluent;
using MedAnomaly.Volumes;

namespace MedAnomaly.Tests.Volumes;

public sealed class NiftiSaveTests : IDisposable
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("medanomaly-");

    public void Dispose() => folder.Delete(recursive: true);

    string At(string name) => Path.Combine(folder.FullName, name);

    /// <summary>Volumes of up to 5 x 5 x 5 voxels, any float among them, with any invertible affine that version 1 can store.</summary>
    static Gen<Volume> Volumes(Gen<float> voxels) =>
        from x in Gen.Choose(1, 5)
        from y in Gen.Choose(1, 5)
        from z in Gen.Choose(1, 5)
        from affine in Gen.Choose(-400, 400).ArrayOf(12).Select(values => new Affine([.. values.Select(value => value / 16.0)])).Where(affine => !affine.IsSingular)
        from values in voxels.ArrayOf(x * y * z)
        select new Volume(new(x, y, z, affine), values);

    static Gen<float> AnyFloat => ArbMap.Default.GeneratorFor<float>();

    [Fact]
    public void What_is_saved_is_loaded_again()
    {
        var names = Gen.Elements("a.nii", "a.nii.gz", "a.hdr", "a.img");
        Prop.ForAll(Volumes(AnyFloat).Zip(names).ToArbitrary(), pair =>
        {
            var (volume, name) = pair;
            Nifti.Save(volume, At(name));
            var again = Nifti.Load(At(name));
            Assert.Equal(volume.Voxels.Select(BitConverter.SingleToInt32Bits), again.Voxels.Select(BitConverter.SingleToInt32Bits));
            Assert.Equal(volume.Grid, again.Grid);
            Assert.Equal(volume.CountNonFinite() > 0 ? 1 : 0, again.Warnings.Count);
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(NiftiDatatype.UInt8, 0, 255)]
    [InlineData(NiftiDatatype.Int8, -128, 127)]
    [InlineData(NiftiDatatype.Int16, -32768, 32767)]
    [InlineData(NiftiDatatype.UInt16, 0, 65535)]
    [InlineData(NiftiDatatype.Int32, -16777216, 16777216)]
    [InlineData(NiftiDatatype.UInt32, 0, 16777216)]
    [InlineData(NiftiDatatype.Int64, -16777216, 16777216)]
    [InlineData(NiftiDatatype.UInt64, 0, 16777216)]
    [InlineData(NiftiDatatype.Float64, -16777216, 16777216)]
    public void Every_type_keeps_its_own_values(NiftiDatatype type, int least, int greatest) =>
        Prop.ForAll(Volumes(Gen.Choose(least, greatest).Select(value => (float)value)).ToArbitrary(), volume =>
        {
            Nifti.Save(volume, At("b.nii"), type);
            Assert.Equal(type, Nifti.ReadHeader(At("b.nii")).Header.Datatype);
            Assert.Equal(volume.Voxels, Nifti.Load(At("b.nii")).Voxels);
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(0.5f, NiftiDatatype.UInt8, "0.5 is no value of UInt8; write it as Float32.")]
    [InlineData(256f, NiftiDatatype.UInt8, "256 is no value of UInt8; write it as Float32.")]
    [InlineData(float.NaN, NiftiDatatype.Int16, "NaN is no value of Int16; write it as Float32.")]
    [InlineData(0f, NiftiDatatype.Rgb24, "Voxels of type Rgb24 are not written: choose an integer or real type of 8 to 64 bits.")]
    public void What_a_type_cannot_hold_is_refused_and_the_old_file_stays(float voxel, NiftiDatatype type, string message)
    {
        File.WriteAllText(At("c.nii"), "old");
        var volume = new Volume(new(1, 1, 1, Affine.Identity), [voxel]);
        Assert.StartsWith(message, Assert.Throws<ArgumentException>(() => Nifti.Save(volume, At("c.nii"), type)).Message, StringComparison.Ordinal);
        Assert.Equal("old", File.ReadAllText(At("c.nii")));
        Assert.Single(folder.GetFiles());
    }

    [Fact]
    public void A_long_axis_makes_it_version_2()
    {
        var volume = new Volume(new(40_000, 1, 1, Affine.Scale(0.1, 1, 1)));
        volume[39_999, 0, 0] = 5;
        Nifti.Save(volume, At("long.nii.gz"));
        Assert.Equal(2, Nifti.ReadHeader(At("long.nii.gz")).Header.Version);
        var again = Nifti.Load(At("long.nii.gz"));
        Assert.Equal(volume.Voxels, again.Voxels);
        Assert.Equal(volume.Affine, again.Affine);
    }

    [Fact]
    public void A_name_that_says_no_format_is_refused() => Assert.Equal("scan.mha names no NIfTI file: its name ends in .nii, .nii.gz, .hdr or .img.",
        Assert.Throws<UsageException>(() => Nifti.Save(new(new(1, 1, 1, Affine.Identity)), "scan.mha")).Message);

    /// <summary>Any byte of a file, header or voxels, plain or compressed, replaced by any other: the file loads or is refused, and takes no more memory than before.</summary>
    [Fact]
    public void One_wrong_byte_never_crashes_nor_takes_memory()
    {
        var volume = new Volume(new(4, 3, 2, Affine.Scale(1, 2, 3)), [.. Enumerable.Range(0, 24).Select(value => value / 7f)]);
        string[] names = ["d.nii", "d.nii.gz", "d.hdr"];
        foreach (var name in names) Nifti.Save(volume, At(name));
        var sound = names.ToDictionary(name => name, name => File.ReadAllBytes(At(name)));
        var mutations = from name in Gen.Elements(names) from at in Gen.Choose(0, sound[name].Length - 1) from value in Gen.Choose(0, 255) select (name, at, value);
        Prop.ForAll(mutations.ToArbitrary(), mutation =>
        {
            var bytes = (byte[])sound[mutation.name].Clone();
            bytes[mutation.at] = (byte)mutation.value;
            File.WriteAllBytes(At(mutation.name), bytes);
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                Assert.InRange(Nifti.Load(At(mutation.name)).Voxels.Length, 1, 1000);
            }
            catch (DataFormatException fault)
            {
                Assert.Contains(folder.FullName, fault.Message, StringComparison.Ordinal);
            }
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }
}
