using System.Collections.Immutable;
using MicroCreds.Domain.Agreements;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Grades;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Members;
using MicroCreds.Domain.Rules;
using MicroCreds.Domain.Verification;
using MicroCreds.Services.Equivalence;
using Assessed = MicroCreds.Domain.Rules.Assessment;

namespace MicroCreds.Services.Recognition;

/// <summary>
/// What the verbs of a case look up, read before the transaction: the rules published at that moment, the institution's procedure, and
/// the grade tables at hand. Everything in it is immutable, so a verb may run again and judges the same.
/// </summary>
internal sealed record CaseRules
{
    // Results of a transcript that the explanation names beside the one it is about.
    private const int MaxNamed = 20;

    /// <summary>Institution that decides.</summary>
    public required OrganisationId Institution { get; init; }
    /// <summary>Its procedure, with the members that are higher-education institutions.</summary>
    public required RecognitionPolicy Policy { get; init; }
    /// <summary>What applies: what is in force today, or the versions of the day that the policy names.</summary>
    public required CompiledTable Published { get; init; }
    /// <summary>Members, under their present and former identifiers.</summary>
    public required MemberDirectory Members { get; init; }
    /// <summary>Which versions apply and why, for the explanation; empty when there was nothing to choose.</summary>
    public string VersionNote { get; init; } = "";
    /// <summary>Grade tables of the institution and of the awarding body.</summary>
    public required GradeTableSet Grades { get; init; }
    /// <summary>Learning agreements of the learner in the programme; empty when no case is judged.</summary>
    public ImmutableArray<AgreementHistory> Agreements { get; init; } = [];
    /// <summary>Rules by which the case was assessed, and by which it is decided; those published now when it was not assessed.</summary>
    public required RuleBook Book { get; init; }

    /// <summary>The rules published now as a book.</summary>
    public static RuleBook BookOf(CompiledTable table) =>
        new(table.Find, id => table.TableOf(id)?.Rules.FirstOrDefault(r => r.Id == id));

    /// <summary>Applies what is published now to a case, for the unit asked or for <paramref name="unit"/>.</summary>
    public Assessed Assess(RecognitionCase c, LearnerLedger ledger, UnitCode? unit = null) =>
        Assess(c.Application, unit ?? c.Application.TargetUnit, c.Reports, ledger, c.History.OfType<CaseEvent.InformationRequested>().Any(),
            [.. c.History.OfType<CaseEvent.InformationProvided>().SelectMany(e => e.Answers).Select(a => a.Code).Distinct()]);

    /// <summary>
    /// A report of a file with several results, about the one for which a rule grants most for the unit asked: what rules name by code, title or field they need
    /// not be told by the place in the file. Without such a rule it stays as it is, and so does one that may be granted without a person: nobody would see the choice.
    /// </summary>
    public CredentialReport AboutTheBest(Application application, CredentialReport report) => CredentialSummary.Of(report).AllowsAutomaticGrant ? report
        : Enumerable.Range(0, report.FurtherAchievements.Length + 1)
            // Asked for once already, so that what the file lacks does not stop the rules from speaking.
            .Select(at => (About: report.About(at), At: at)).Select(r => (r.About, r.At, Assessed: Assess(application, application.TargetUnit, [r.About], LearnerLedger.Empty, asked: true, [])))
            .Where(r => r.Assessed.Rule is not null && r.Assessed.Granted.Hundredths > 0)
            .OrderBy(r => r.Assessed.ProposedOutcome).ThenByDescending(r => r.Assessed.Granted).ThenBy(r => r.At)
            .Select(r => r.About).FirstOrDefault(report);

    /// <summary>Applies what is published now to the credentials of a case.</summary>
    /// <param name="application">Application.</param>
    /// <param name="target">Unit to assess for.</param>
    /// <param name="reports">Verification of each credential; at least one.</param>
    /// <param name="ledger">Learner's ledger.</param>
    /// <param name="asked">Whether information was asked for before: then it is not asked again, and the assessment goes on with what is known.</param>
    /// <param name="answered">Codes of what was answered.</param>
    public Assessed Assess(Application application, UnitCode target, ImmutableArray<CredentialReport> reports, LearnerLedger ledger, bool asked, ImmutableArray<string> answered)
    {
        var assessed = AssessmentEngine.Assess(new AssessmentInput
        {
            Institution = Institution,
            // A rule about a former identifier is about the same body.
            Table = PresentIdentifiers.In(Published, Members),
            Policy = Policy,
            Achievement = AchievementOf(application, reports[0]),
            Credential = CredentialSummary.Of(reports[0]),
            AwardingBody = reports[0].AwardingBodyId,
            FormerIdentifier = FormerOf(reports[0]),
            Further = [.. reports.Skip(1).Select(r => new AssessedCredential(AchievementOf(application, r), CredentialSummary.Of(r), r.AwardingBodyId, FormerOf(r)))],
            Programme = application.Programme,
            Target = target,
            AppliedOn = RecognitionClock.DayOf(application.SubmittedAt),
            // The case's own grant does not stand in its own way when it is assessed anew.
            Ledger = new LearnerLedger([.. ledger.Entries.Where(e => e.Case != application.Case)]),
            Agreements = Agreements,
            GradeTables = Grades,
            InformationLapsed = asked,
            Answered = answered,
        });
        string[] notes = [.. reports.Where(r => !r.FurtherAchievements.IsEmpty).Select(ResultsOf), .. VersionNote.Length == 0 ? (string[])[] : [VersionNote]];
        return notes.Length == 0 ? assessed : assessed with { Explanation = assessed.Explanation.InsertRange(0, notes) };
    }

    private static string ResultsOf(CredentialReport report)
    {
        var others = report.FurtherAchievements;
        var named = string.Join(", ", others.Take(MaxNamed).Select(a => $"\"{a.Title}\"{(a.Credits is { } credits ? $" ({credits} ECTS credits)" : "")}"));
        return $"The file holds {others.Length + 1} results; this is about \"{report.Achievement?.Title}\".{(CredentialSummary.Of(report).AllowsAutomaticGrant ? "" : " A person decides which is meant.")} The others: {named}{(others.Length > MaxNamed ? $" and {others.Length - MaxNamed} more" : "")}.";
    }

    private FormerIdentifier? FormerOf(CredentialReport report) =>
        report is { AwardingBodyId: { } body, Achievement: { } achievement } ? FormerIdentifier.Of(Members.Find(body), achievement) : null;

    private static Domain.Achievements.Achievement AchievementOf(Application application, CredentialReport report) =>
        report.Achievement ?? throw new InvalidOperationException($"Case {application.Case} holds a credential that claims no achievement.");
}
