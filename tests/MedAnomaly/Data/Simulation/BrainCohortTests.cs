using MedAnomaly.Data;
using MedAnomaly.Data.Simulation;
using MedAnomaly.Images;
using MedAnomaly.Progress;
using MedAnomaly.Volumes;

namespace MedAnomaly.Tests.Data.Simulation;

public sealed class BrainCohortTests
{
    static readonly BrainTemplate Template = BrainTemplate.From(Brain(), "a drawn brain");

    static readonly CohortDesign Small = new()
    {
        Normal = 2,
        Abnormal = 3,
        Slices = new(First: 0, Last: 20, Step: 10, Pixels: 96, PixelSize: 2.2),
    };

    static readonly BrainCohort Cohort = BrainCohort.Simulate(Template, Small);

    /// <summary>A brain of nested ellipsoids in 4 mm voxels: white matter within grey, two ventricles, nothing around.</summary>
    static Volume Brain()
    {
        var volume = new Volume(new(46, 54, 40, new(-4, 0, 0, 90, 0, 4, 0, -108, 0, 0, 4, -60)));
        for (var z = 0; z < 40; z++)
        {
            for (var y = 0; y < 54; y++)
            {
                for (var x = 0; x < 46; x++)
                {
                    var (wx, wy, wz) = volume.Affine.Apply(x, y, z);
                    double Ellipsoid(double cx, double a, double b, double c) => Math.Sqrt((wx - cx) * (wx - cx) / a / a + wy * wy / b / b + (wz - 15) * (wz - 15) / c / c);
                    var ventricle = Math.Min(Ellipsoid(-12, 6, 25, 15), Ellipsoid(12, 6, 25, 15)) < 1;
                    var depth = Ellipsoid(0, 68, 84, 66);
                    volume[x, y, z] = depth >= 1 ? 0 : ventricle ? 150 : depth < 0.8 ? 1000 : 750;
                }
            }
        }
        return volume;
    }

    static byte[] Pixels(BrainCohort cohort, Sample sample) => [.. ((Image<L8>)cohort.LoadImage(sample)).Pixels.ToArray().Select(pixel => pixel.PackedValue)];

    static List<SimulatedSlice> Render(CohortDesign design, int index, bool withLesions) => new SimulatedSubject(Template, design, isAbnormal: true, index).Render(withLesions);

    [Fact]
    public void It_is_a_dataset_that_says_that_it_is_simulated()
    {
        Assert.Equal(DataKind.Simulated, Cohort.Kind);
        Assert.Equal("brains simulated from a drawn brain", Cohort.Title);
        Assert.Equal("Simulated: 2 normal and 3 abnormal brains made from the one a drawn brain template by random deformation, uneven sensitivity, contrast and noise; "
            + "the lesions are synthetic. Not patients, and no measure of performance on them.", Cohort.Caption);
        Assert.Equal(15, Cohort.Samples.Count);
        Assert.Equal(Cohort.Samples.Select(sample => sample.Id).Order(StringComparer.Ordinal), Cohort.Samples.Select(sample => sample.Id));
        Assert.Equal("abnormal-000/slice-000", Cohort.Samples[0].Id);
    }

    [Fact]
    public void A_group_is_a_subject()
    {
        Assert.Equal(["abnormal-000", "abnormal-001", "abnormal-002", "normal-000", "normal-001"], Cohort.Samples.Select(sample => sample.Group).Distinct());
        Assert.All(Cohort.Samples, sample => Assert.StartsWith(sample.Group + "/", sample.Id, StringComparison.Ordinal));
    }

    [Fact]
    public void Labels_classes_and_masks_agree()
    {
        foreach (var sample in Cohort.Samples)
        {
            var mask = Cohort.LoadMask(sample);
            Assert.Equal((96, 96), (mask.Width, mask.Height));
            Assert.Equal(sample.IsAbnormal, mask.Count > 0);
            Assert.Equal(sample.IsAbnormal, sample.Class.Length > 0);
            if (sample.Group.StartsWith("normal", StringComparison.Ordinal)) Assert.Equal(Label.Normal, sample.Label);
        }
        Assert.Equal(3, Cohort.Samples.Where(sample => sample.IsAbnormal).Select(sample => sample.Group).Distinct().Count());
    }

    [Fact]
    public void The_same_design_gives_the_same_pixels_and_another_seed_others()
    {
        var again = BrainCohort.Simulate(Template, Small);
        var other = BrainCohort.Simulate(Template, Small with { Seed = 1 });
        Assert.Equal(Cohort.ManifestHash, again.ManifestHash);
        Assert.NotEqual(Cohort.ManifestHash, other.ManifestHash);
        Assert.Matches("^[0-9a-f]{64}$", Cohort.ManifestHash);
        Assert.Equal(Cohort.Samples, again.Samples);
        foreach (var sample in Cohort.Samples)
        {
            Assert.Equal(Pixels(Cohort, sample), Pixels(again, sample));
            Assert.NotEqual(Pixels(Cohort, sample), Pixels(other, sample));
            Assert.Equal(Cohort.LoadMask(sample).Pixels.ToArray(), again.LoadMask(sample).Pixels.ToArray());
        }
    }

    [Fact]
    public void A_subject_is_the_same_whatever_else_the_cohort_holds()
    {
        var larger = BrainCohort.Simulate(Template, Small with { Normal = 3, Abnormal = 1 });
        var shared = larger.Samples.Intersect(Cohort.Samples).ToList();
        Assert.Equal(["abnormal-000", "normal-000", "normal-001"], shared.Select(sample => sample.Group).Distinct());
        Assert.All(shared, sample => Assert.Equal(Pixels(Cohort, sample), Pixels(larger, sample)));
    }

    [Fact]
    public void No_two_subjects_are_alike() => Assert.Equal(15, Cohort.Samples.Select(sample => Convert.ToHexString(Pixels(Cohort, sample))).Distinct().Count());

    [Fact]
    public void Whoever_changes_an_image_changes_a_copy()
    {
        var sample = Cohort.Samples[0];
        var before = Pixels(Cohort, sample);
        ((Image<L8>)Cohort.LoadImage(sample)).Pixels.Clear();
        Assert.Equal(before, Pixels(Cohort, sample));
    }

    /// <summary>Against the same subject without lesions: what differs is the mask, and around it the edge of the stated width; nothing else.</summary>
    [Fact]
    public void Outside_the_mask_only_the_stated_edge_is_changed()
    {
        var design = Small with { Slices = new(0, 20, 10, 200, 1), Lesions = new() { Contrast = 1 } };
        var beyond = design.Lesions.Edge / 2 + 0.5;
        var changedInside = 0;
        for (var subject = 0; subject < 2; subject++)
        {
            foreach (var (healthy, ill) in Render(design, subject, withLesions: false).Zip(Render(design, subject, withLesions: true)))
            {
                Assert.Equal(0, healthy.Mask.Count);
                var inMask = Enumerable.Range(0, 200 * 200).Where(pixel => ill.Mask.Pixels[pixel]).Select(pixel => (X: pixel % 200, Y: pixel / 200)).ToList();
                for (var pixel = 0; pixel < 200 * 200; pixel++)
                {
                    if (healthy.Image.Pixels[pixel] == ill.Image.Pixels[pixel]) continue;
                    if (ill.Mask.Pixels[pixel])
                    {
                        changedInside++;
                        continue;
                    }
                    var nearest = inMask.Min(place => Math.Sqrt(Math.Pow(place.X - pixel % 200, 2) + Math.Pow(place.Y - pixel / 200, 2)));
                    Assert.InRange(nearest, 1, beyond);
                }
            }
        }
        Assert.True(changedInside > 500, $"{changedInside} pixels within masks differ");
    }

    [Fact]
    public void Lesions_lie_within_the_brain()
    {
        // No deformation, noise or contrast: white and grey matter have the template's own brightness, fluid and background are darker.
        var design = Small with { Variation = new(Deformation: 0, Size: 0, Tilt: 0, Shift: 0, Bias: 0, Texture: 0, Gamma: 0, Noise: 0), Abnormal = 5, Normal = 0 };
        for (var subject = 0; subject < 5; subject++)
        {
            foreach (var (healthy, ill) in Render(design, subject, withLesions: false).Zip(Render(design, subject, withLesions: true)))
            {
                for (var pixel = 0; pixel < 96 * 96; pixel++)
                {
                    // Half of grey matter's brightness, in a window that shows white matter as 255 / 1.45.
                    if (healthy.Image.Pixels[pixel] != ill.Image.Pixels[pixel]) Assert.InRange(healthy.Image.Pixels[pixel].PackedValue, 66, 255);
                }
            }
        }
    }

    [Fact]
    public void Brighter_darker_and_mottled_lesions_are_what_they_are_called()
    {
        var design = Small with { Abnormal = 9, Normal = 0, Lesions = new() { MostLesions = 1 } };
        var shifts = new Dictionary<string, List<double>>();
        for (var subject = 0; subject < 9; subject++)
        {
            foreach (var (healthy, ill) in Render(design, subject, withLesions: false).Zip(Render(design, subject, withLesions: true)))
            {
                if (ill.Kinds.Length == 0) continue;
                var inside = Enumerable.Range(0, 96 * 96).Where(pixel => ill.Mask.Pixels[pixel]).ToList();
                var shift = inside.Average(pixel => (double)ill.Image.Pixels[pixel].PackedValue - healthy.Image.Pixels[pixel].PackedValue);
                if (!shifts.TryGetValue(ill.Kinds, out var list)) shifts.Add(ill.Kinds, list = []);
                list.Add(shift);
            }
        }
        Assert.Equal(["heterogeneous", "hyperintense", "hypointense"], shifts.Keys.Order(StringComparer.Ordinal));
        Assert.All(shifts["hyperintense"], shift => Assert.True(shift > 5, $"{shift}"));
        Assert.All(shifts["hypointense"], shift => Assert.True(shift < -5, $"{shift}"));
    }

    [Fact]
    public void A_stronger_contrast_changes_more()
    {
        double Change(double contrast)
        {
            var design = Small with { Lesions = new() { Contrast = contrast } };
            return Render(design, 0, withLesions: false).Zip(Render(design, 0, withLesions: true))
                .Sum(pair => Enumerable.Range(0, 96 * 96).Sum(pixel => Math.Abs((double)pair.First.Image.Pixels[pixel].PackedValue - pair.Second.Image.Pixels[pixel].PackedValue)));
        }
        Assert.True(Change(0.2) > 1.5 * Change(0.1));
    }

    [Fact]
    public void The_deformation_has_the_stated_magnitude()
    {
        var field = SmoothNoise.Deformation(Template.Intensities.Grid, sigma: 18, magnitude: 3, new RandomStream(5));
        double sum = 0;
        var (count, steepest) = (0, 0.0);
        for (double x = -80; x <= 80; x += 8)
        {
            for (double y = -100; y <= 90; y += 8)
            {
                for (double z = -50; z <= 90; z += 8)
                {
                    var (dx, dy, dz) = field.At(x, y, z);
                    sum += dx * dx + dy * dy + dz * dz;
                    count++;
                    steepest = Math.Max(steepest, Math.Abs(field.At(x + 1, y, z).X - dx));
                }
            }
        }
        Assert.InRange(Math.Sqrt(sum / count), 2.7, 3.3);
        // Tissue does not fold: a step of 1 mm is nowhere undone.
        Assert.InRange(steepest, 0.01, 0.9);
    }

    [Fact]
    public void A_lesion_for_which_there_is_no_room_is_refused_with_the_limit()
    {
        var design = Small with { Lesions = new(SmallestRadius: 55, LargestRadius: 60, MostLesions: 1) };
        Assert.Matches(@"^Subject abnormal-00\d of the simulated cohort: no place was found for a lesion with a radius of 5\d\.\d mm within the brain of its 3 slices, in 300 draws\. "
            + @"Choose smaller lesions \(LesionModel\.LargestRadius\) or slices with more brain \(SliceStack\)\.$",
            Assert.Throws<DatasetException>(() => BrainCohort.Simulate(Template, design)).Message);
        var above = Small with { Slices = Small.Slices with { First = 200, Last = 200 } };
        Assert.Contains("no place was found", Assert.Throws<DatasetException>(() => BrainCohort.Simulate(Template, above)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Progress_is_told_and_cancellation_heard()
    {
        var seen = new System.Collections.Concurrent.ConcurrentBag<WorkProgress>();
        BrainCohort.Simulate(Template, Small, new Recorder(seen));
        Assert.Equal(Enumerable.Range(1, 5).Select(done => new WorkProgress("subjects", done, 5)), seen.OrderBy(one => one.Done));
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => BrainCohort.Simulate(Template, Small, cancellationToken: source.Token));
    }

    sealed class Recorder(System.Collections.Concurrent.ConcurrentBag<WorkProgress> seen) : IProgress<WorkProgress>
    {
        public void Report(WorkProgress value) => seen.Add(value);
    }

    [Fact]
    public void A_design_that_makes_no_sense_is_refused_by_its_field()
    {
        static string Fault(CohortDesign design) => Assert.Throws<UsageException>(() => BrainCohort.Simulate(Template, design)).Message;
        Assert.Equal("The design of the simulated cohort: Normal: a cohort has subjects, got 0 normal and 0 abnormal.", Fault(Small with { Normal = 0, Abnormal = 0 }));
        Assert.Equal("The design of the simulated cohort: Contrast: is above 0 and at most 1; got -0.5.", Fault(Small with { Lesions = new(Contrast: -0.5) }));
        Assert.Equal("The design of the simulated cohort: First: the slices go from First up to Last, got 5 to 1 mm.", Fault(Small with { Slices = new(First: 5, Last: 1) }));
        Assert.Equal("The design of the simulated cohort: Noise: is a spread, at least 0; got NaN.", Fault(Small with { Variation = new(Noise: double.NaN) }));
        Assert.Matches(@"^The design of the simulated cohort: Deformation: is at most 0\.433\d* times DeformationScale, or tissue folds; got 10 and 18 mm\.$",
            Fault(Small with { Variation = new(Deformation: 10) }));
    }

    [Fact]
    public void A_volume_without_a_background_is_no_template()
    {
        var volume = new Volume(new(2, 2, 2, Affine.Identity), [1, 1, 1, 1, 1, 1, 1, 1]) { Source = "head.nii" };
        Assert.Equal("head.nii: 8 of 8 voxels are above 0. A brain template has a background of 0 around the brain: remove the skull first.",
            Assert.Throws<DataFormatException>(() => BrainTemplate.From(volume, "x")).Message);
    }

    [Fact]
    public void A_sample_of_another_dataset_is_refused() => Assert.StartsWith("The simulated cohort has no sample 'x'.",
        Assert.Throws<ArgumentException>(() => Cohort.LoadImage(new("x", "x", Label.Normal, ""))).Message, StringComparison.Ordinal);
}
