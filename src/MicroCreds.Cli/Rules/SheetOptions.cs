using System.Collections.Immutable;
using System.CommandLine;
using MicroCreds.Cli.Connection;
using MicroCreds.Cli.Output;
using MicroCreds.Cli.Verification;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;
using MicroCreds.Sheets;

namespace MicroCreds.Cli.Rules;

/// <summary>Options of the commands that read spreadsheets without a node, and what they name.</summary>
internal sealed class SheetOptions
{
    /// <summary>Files whose names tell what their rows are.</summary>
    public Argument<string[]> Files { get; } = new("FILE") { Description = "Sheets whose names begin with units, outcomes, rules or sources, or one workbook of any other name with sheets named so.", Arity = ArgumentArity.ZeroOrMore };

    /// <summary>Units under any name.</summary>
    public Option<string> Units { get; } = new("--units") { Description = "File of units, under any name.", HelpName = "FILE" };

    /// <summary>Outcomes under any name.</summary>
    public Option<string> Outcomes { get; } = new("--outcomes") { Description = "File of outcomes, under any name.", HelpName = "FILE" };

    /// <summary>Rules under any name.</summary>
    public Option<string> Rules { get; } = new("--rules") { Description = "File of rules, under any name.", HelpName = "FILE" };

    /// <summary>Sources under any name.</summary>
    public Option<string> Sources { get; } = new("--sources") { Description = "File of the sources of rules about several credentials, under any name.", HelpName = "FILE" };

    /// <summary>Who is on the recognition track.</summary>
    public Option<string[]> HigherEducation { get; } = new("--higher-education")
    {
        Description = "Offline: an organisation on the recognition track; may be repeated. The members of --trust that are higher-education institutions count as well.", HelpName = "ORGANISATION",
    };

    /// <summary>Trust list.</summary>
    public Option<string> Trust { get; } = new("--trust") { Description = "Offline: folder with trust-list.json and the coordinators' *.jwk, or with anchors.", HelpName = "FOLDER" };

    /// <summary>The day that counts.</summary>
    public Option<string> At { get; } = new("--at") { Description = "Offline: the day that counts. Default: today.", HelpName = "YYYY-MM-DD" };

    /// <summary>Adds all of them to a command.</summary>
    public Command AddTo(Command command)
    {
        command.Add(Files);
        foreach (Option option in (Option[])[Units, Outcomes, Rules, Sources, HigherEducation, Trust, At]) command.Add(option);
        return command;
    }

    /// <summary>Whether a file is named.</summary>
    public bool Named(ParseResult parsed) => (parsed.GetValue(Files) ?? []).Length > 0 || new[] { Units, Outcomes, Rules, Sources }.Any(o => parsed.GetValue(o) is not null);

    /// <summary>The files named, each with its kind.</summary>
    /// <exception cref="CommandFailure">A name does not tell the kind, a kind is named twice, or a file cannot be read.</exception>
    public ImmutableArray<SheetFile> Read(ParseResult parsed)
    {
        var files = (parsed.GetValue(Files) ?? []).Select(path => (path, Kind: KindOf(path))).ToList();
        foreach (var (option, kind) in new[] { (Units, SheetKind.Units), (Outcomes, SheetKind.Outcomes), (Rules, SheetKind.Rules), (Sources, SheetKind.Sources) })
            if (parsed.GetValue(option) is { Length: > 0 } path) files.Add((path, kind));
        if (files.GroupBy(f => f.Kind).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw CommandFailure.Usage($"Two files hold {twice.Key?.ToString().ToLowerInvariant() ?? "a workbook"}.", "Give one file of each kind.", twice.Last().path);
        return [.. files.Select(f => new SheetFile(f.Kind, Path.GetFileName(f.path), CommandFiles.Read(f.path)))];
    }

    /// <summary>Trust material; nothing when no <c>--trust</c> is given.</summary>
    public TrustMaterial TrustAt(ParseResult parsed, DateTimeOffset at) => parsed.GetValue(Trust) is { } path ? TrustMaterial.Read(path, [], 1, at) : TrustMaterial.None;

    /// <summary>A policy as institutions have it by default, with the organisations on the recognition track that the command line names.</summary>
    public RecognitionPolicy Policy(ParseResult parsed, TrustMaterial trust) => new()
    {
        HigherEducationInstitutions = (trust.Members?.HigherEducationInstitutions ?? []).Union((parsed.GetValue(HigherEducation) ?? []).Select(text => Organisation(text, "--higher-education"))),
    };

    /// <summary>An organisation named on the command line.</summary>
    public static OrganisationId Organisation(string text, string option) =>
        OrganisationId.TryParse(text, out var id) ? id : throw CommandFailure.Usage($"'{text}' is no organisation.", "Write its SCHAC identifier, for example uni-a.example.", option);

    private static SheetKind? KindOf(string path)
    {
        var name = Path.GetFileName(path);
        return name.StartsWith("units", StringComparison.OrdinalIgnoreCase) ? SheetKind.Units
            : name.StartsWith("outcomes", StringComparison.OrdinalIgnoreCase) ? SheetKind.Outcomes
            : name.StartsWith("rules", StringComparison.OrdinalIgnoreCase) ? SheetKind.Rules
            : name.StartsWith("sources", StringComparison.OrdinalIgnoreCase) ? SheetKind.Sources
            : name.EndsWith(".xlsx", StringComparison.OrdinalIgnoreCase) ? null
            : throw CommandFailure.Usage($"The name '{name}' does not tell what the rows are.", "Begin it with units, outcomes, rules or sources, or give the file with --units, --outcomes, --rules or --sources.", path);
    }
}
