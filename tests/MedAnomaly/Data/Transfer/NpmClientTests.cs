using MedAnomaly.Data;

namespace MedAnomaly.Tests.Data;

public sealed class NpmClientTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    string Pack(string script)
    {
        var program = folder.Write("npm", $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var target = Directory.CreateDirectory(folder.At("target")).FullName;
        return new NpmClient(program).PackAsync(new("pictures", "1.2.3"), target, TestContext.Current.CancellationToken).GetAwaiter()
            .GetResult();
    }

    [Fact]
    public void The_client_is_asked_for_the_exact_version_and_runs_no_script()
    {
        var archive = Pack("echo \"$@\" > pictures-1.2.3.tgz");
        Assert.Equal(folder.At("target/pictures-1.2.3.tgz"), archive);
        Assert.Equal($"pack pictures@1.2.3 --ignore-scripts --pack-destination {folder.At("target")}", File.ReadAllText(archive).Trim());
    }

    [Fact]
    public void A_failure_tells_what_npm_said_without_an_address()
    {
        var fault = Assert.Throws<DatasetException>(() => Pack("""
            echo 'npm error code E404' >&2
            echo 'npm error 404 Not Found - GET https://secret.example/pictures' >&2
            echo 'npm error A complete log of this run can be found in: /root/x' >&2
            exit 1
            """));
        Assert.Equal("npm package pictures@1.2.3 could not be fetched: npm ended with 1: npm error code E404; npm error 404 Not Found - "
            + "GET the registry", fault.Message);
    }

    [Fact]
    public void A_full_disk_is_told_as_such()
    {
        var fault = Assert.Throws<OutputException>(() => Pack("echo 'npm error code ENOSPC' >&2; exit 228"));
        Assert.Equal("npm package pictures@1.2.3 could not be fetched: npm ended with 228: npm error code ENOSPC. Free some space here and "
            + "where npm keeps its cache, "
            + "or set MEDANOMALY_DATA to a folder on another disk, then run again.", fault.Message);
        Assert.Equal(ExitCode.Output, fault.ExitCode);
    }

    [Fact]
    public void A_client_that_leaves_nothing_is_reported() =>
        Assert.Equal($"npm package pictures@1.2.3 could not be fetched: npm ended well but left no archive in {folder.At("target")}.",
            Assert.Throws<DatasetException>(() => Pack("exit 0")).Message);

    [Fact]
    public void A_missing_client_is_the_machines_fault()
    {
        var fault = Assert.Throws<MachineException>(() =>
            new NpmClient("npm-that-is-not-there").PackAsync(new("pictures", "1.2.3"), folder.Path, TestContext.Current.CancellationToken)
                .GetAwaiter().GetResult());
        Assert.StartsWith("npm package pictures@1.2.3 cannot be fetched: npm-that-is-not-there does not start: ", fault.Message,
            StringComparison.Ordinal);
        Assert.EndsWith("Install npm (on Debian: apt install npm) and run again.", fault.Message, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Environment, fault.ExitCode);
    }
}
