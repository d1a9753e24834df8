using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using MicroCreds.Cli.Cases;
using MicroCreds.Cli.Connection;
using MicroCreds.Cli.Output;
using MicroCreds.Cli.Verification;
using MicroCreds.Credentials;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;
using MicroCreds.Domain.Verification;
using MicroCreds.Sheets;

namespace MicroCreds.Cli.Rules;

/// <summary><c>mcf rule try FILE… --credential FILE</c>: what the rules of sheets would say about a credential, or several of one learner, without a node.</summary>
internal static class OfflineTry
{
    /// <summary>The command. With <c>--json</c> it writes the contract's <c>Assessment</c>.</summary>
    public static Command Make(CommandHost host)
    {
        var options = new SheetOptions();
        var credential = new Option<string[]>("--credential") { Description = "Credential to be assessed; may be repeated: several are assessed together.", HelpName = "FILE", Required = true };
        var unit = new Option<string>("--unit") { Description = "Unit asked for. Default: the best of the programme.", HelpName = "CODE" };
        var programme = new Option<string>("--programme") { Description = "Programme. May be left away when a unit is named or all units are of one.", HelpName = "CODE" };
        var body = new Option<string>("--from") { Description = "Take this organisation as the awarding body, when no trust list says who it is.", HelpName = "ORGANISATION" };
        return options.AddTo(new Command("try", "Assess a credential, or several together, by the rules of sheets, offline.") { credential, unit, programme, body }).Does(host, (parsed, output, _) =>
        {
            var day = CaseTexts.Day(parsed.GetValue(options.At) ?? "", "--at") is { Length: > 0 } text
                ? DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture) : DateOnly.FromDateTime(host.Clock.GetUtcNow().UtcDateTime);
            var at = new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero);
            var table = Compile(options.Read(parsed), at);
            var trust = options.TrustAt(parsed, at);
            var trusted = parsed.GetValue(options.Trust) is not null;
            var from = parsed.GetValue(body) is { } named ? SheetOptions.Organisation(named, "--from") : null;
            AssessedCredential[] credentials = [.. parsed.GetRequiredValue(credential).Select(file => Read(file, trust, trusted, from, at))];
            UnitCode? target = parsed.GetValue(unit) is { } code ? Unit(code, table) : null;
            var assessment = AssessmentEngine.Assess(new()
            {
                Institution = parsed.GetValue(NodeOptions.Institution) is { } name ? SheetOptions.Organisation(name, "--institution") : OrganisationId.Parse("offline.invalid"),
                Table = table,
                Policy = options.Policy(parsed, trust),
                Achievement = credentials[0].Achievement,
                Credential = credentials[0].Credential,
                AwardingBody = credentials[0].AwardingBody,
                Further = [.. credentials[1..]],
                Programme = Programme(parsed.GetValue(programme), target, table),
                Target = target,
                AppliedOn = day,
            });
            if (!trusted) output.Aside.Say("The credential was read and not verified: no --trust is given. Nothing is granted without a person on the word of such a file.");
            output.Write(AssessmentMessage.Of(assessment), console => AssessmentView.Show(console, AssessmentMessage.Of(assessment)));
            return Task.FromResult(ExitCodes.Ok);
        });
    }

    private static AssessedCredential Read(string file, TrustMaterial trust, bool trusted, OrganisationId? awardingBody, DateTimeOffset at)
    {
        var report = new CredentialVerifier(trust.Issuers, trust.StatusLists, trust.Revocations).Verify(CommandFiles.Read(file), at);
        return report.Achievement is { } achievement ? new(achievement, trusted ? CredentialSummary.Of(report) : Unverified(report), awardingBody ?? report.AwardingBodyId)
            : throw CommandFailure.Of($"No achievement can be read from it: {report.Checks.LastOrDefault(c => c.Result == CheckResult.Error)?.Evidence}", "`mcf verify` shows every check.", file);
    }

    private static CompiledTable Compile(ImmutableArray<SheetFile> files, DateTimeOffset at)
    {
        if (files.IsEmpty) throw CommandFailure.Usage("No file is named.", "Give sheets, for example: mcf rule try units.csv rules.csv --credential C.", "FILE");
        if (SheetReader.Read(files).Failed(out var problem, out var sheets)
            || DraftImport.Apply(TableId.Parse("offline"), null, null, sheets, "", at).Failed(out problem, out var draft))
            throw CommandFailure.Of(problem.Message, "`mcf rule check` names every wrong cell.");
        if (draft.Units.IsEmpty) throw CommandFailure.Usage("No units are named, and a rule says nothing without the unit it grants.", "Give the sheet of units too.", "FILE");
        return CompiledTable.Of([EquivalenceTableBuilder.Build(draft.Id, 1, draft.Units, draft.Rules, at, "")]);
    }

    // Kept as the verifier found them, but a seal that nobody vouches for is a matter for a person, not a reason to stop before the rules.
    private static CredentialSummary Unverified(CredentialReport report) => CredentialSummary.Of(report) with
    {
        Verdict = Verdict.Hold,
        Checks = report.Checks.Add(new(CheckKind.CertificateChain, CheckResult.Skipped, ReasonClass.UntrustedIssuer, "Not verified: no trust list was given.", "mcf rule try") { Holds = true }),
    };

    private static UnitCode Unit(string text, CompiledTable table) =>
        UnitCode.TryParse(text, out var code) && table.Find(code) is not null ? code
        : throw CommandFailure.Usage($"The sheets have no unit '{text}'.", $"They have: {string.Join(", ", table.Units.Take(20).Select(u => u.Code.Value))}.", "--unit");

    private static ProgrammeCode Programme(string? text, UnitCode? target, CompiledTable table)
    {
        if (text is not null) return ProgrammeCode.TryParse(text, out var code) ? code : throw CommandFailure.Usage($"'{text}' is no code of a programme.", "Take it from the sheet of units.", "--programme");
        if (target is not null && table.Find(target) is { } unit) return unit.Programme;
        return table.Units.Select(u => u.Programme).Distinct().ToList() is [var one] ? one
            : throw CommandFailure.Usage("The units are of several programmes.", "Name one with --programme, or the unit with --unit.", "--programme");
    }
}
