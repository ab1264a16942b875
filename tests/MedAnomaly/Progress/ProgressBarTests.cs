using MedAnomaly.Progress;

namespace MedAnomaly.Tests.Progress;

public sealed class ProgressBarTests
{
    sealed class Clock : TimeProvider
    {
        public double Seconds { get; set; }

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => (long)(Seconds * TimestampFrequency);
    }

    readonly Clock clock = new();
    readonly StringWriter writer = new();
    readonly ProgressBar bar;

    public ProgressBarTests() => bar = new ProgressBar(writer, clock);

    string[] Lines => writer.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);

    void ReportAt(double seconds, string stage, long done, long total)
    {
        clock.Seconds = seconds;
        bar.Report(new(stage, done, total));
    }

    [Fact]
    public void A_line_is_written_every_few_seconds_and_at_the_end()
    {
        ReportAt(0, "features", 0, 10);
        ReportAt(2, "features", 1, 10);
        ReportAt(10, "features", 5, 10);
        ReportAt(11, "features", 6, 10);
        ReportAt(20, "features", 10, 10);

        Assert.Equal(["features  50 % (5/10, 10.0 s, 10.0 s left)", "features 100 % (10/10, 20.0 s)"], Lines);
    }

    [Fact]
    public void A_stage_that_comes_again_starts_its_clock_again()
    {
        ReportAt(0, "features", 0, 4);
        ReportAt(100, "features", 4, 4);
        ReportAt(1000, "features", 0, 4);
        ReportAt(1010, "features", 1, 4);

        Assert.Equal("features  25 % (1/4, 10.0 s, 30.0 s left)", Lines[^1]);
    }

    [Fact]
    public void What_was_done_before_the_first_report_does_not_shorten_the_time_that_is_left()
    {
        ReportAt(500, "resumed", 90, 100);
        ReportAt(510, "resumed", 95, 100);

        Assert.Equal(["resumed  95 % (95/100, 10.0 s, 10.0 s left)"], Lines);
    }
}
