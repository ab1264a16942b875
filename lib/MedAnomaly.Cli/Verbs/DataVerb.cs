using System.CommandLine;
using System.Globalization;
using MedAnomaly.Data;
using MedAnomaly.Progress;

namespace MedAnomaly.Cli.Verbs;

/// <summary><c>data</c>: what there is, where it lies, and how to get it.</summary>
static class DataVerb
{
    public static Command Create()
    {
        return new Command("data", "Datasets and weight files: list them, get one, verify one, say where one is.")
        {
            List(), Get(), Verify(), Where(),
        };
    }

    static Command List()
    {
        var verb = new Command("list", "All datasets and weight files, and whether they are here.");
        verb.SetAction(_ =>
        {
            foreach (var entry in DataStore.FromEnvironment().List())
            {
                var state = entry.Location is { } location ? $"here ({location.Origin.ToString().ToLowerInvariant()})"
                    : entry.Manifest.Access.ToString().ToLowerInvariant();
                Console.WriteLine($"{entry.Manifest.Id,-32}{entry.Manifest.Kind.ToString().ToLowerInvariant(),-10}{state,-20}{entry.Manifest.Title}");
            }
        });
        return verb;
    }

    static Command Get()
    {
        var id = Id();
        var verb = new Command("get", "Fetch a dataset or weight file, check its hash, put it in place.") { id };
        verb.SetAction((parsed, cancellation) => Task.Run(() =>
        {
            var location = DataStore.FromEnvironment().Get(parsed.GetRequiredValue(id), new ProgressBar(), cancellation);
            Console.WriteLine(location.Folder);
        }, cancellation));
        return verb;
    }

    static Command Verify()
    {
        var id = new Argument<string?>("ID") { Description = "What to verify; all that is here when left out.", Arity = ArgumentArity.ZeroOrOne };
        var verb = new Command("verify", "Read every file again and compare it with what is known of it.") { id };
        verb.SetAction((parsed, cancellation) => Task.Run(() =>
        {
            var store = DataStore.FromEnvironment();
            string[] ids = parsed.GetValue(id) is { } one
                ? [one]
                : [.. store.List().Where(entry => entry.Location is not null).Select(entry => entry.Manifest.Id)];
            foreach (var each in ids)
            {
                var verified = store.Verify(each, new ProgressBar(), cancellation);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{each,-28}ok: {verified.Files} files, {verified.Bytes} bytes, {verified.ContentHash[..16]}, against {verified.Basis.ToString().ToLowerInvariant()}"));
            }
        }, cancellation));
        return verb;
    }

    static Command Where()
    {
        var id = Id();
        var verb = new Command("where", "Where a dataset or weight file lies, or where it was looked for and can be had.") { id };
        verb.SetAction(parsed =>
        {
            var places = DataStore.FromEnvironment().Where(parsed.GetRequiredValue(id));
            if (places.Location is { } location)
            {
                Console.WriteLine(location.Folder);
                return (int)ExitCode.Ok;
            }
            Console.WriteLine($"{places.Manifest.Id} is not here. Looked in:");
            foreach (var searched in places.Searched) Console.WriteLine($"    {searched}");
            Console.WriteLine($"Home: {places.Manifest.Home} (access: {places.Manifest.Access.ToString().ToLowerInvariant()})");
            return (int)ExitCode.Data;
        });
        return verb;
    }

    static Argument<string> Id() => new("ID") { Description = "The id that 'data list' shows." };
}
