using MicroCreds.Cli.Output;
using MicroCreds.Federation.V1;
using Spectre.Console;

namespace MicroCreds.Cli.Cases;

/// <summary>A case as an officer reads it in a terminal.</summary>
internal static class CaseView
{
    /// <summary>One line per case.</summary>
    public static void Show(IAnsiConsole console, IReadOnlyCollection<CaseSummary> cases)
    {
        if (cases.Count == 0)
        {
            console.Say("No cases.");
            return;
        }
        var table = Tables.Of("case", "due", "state", "achievement", "target", "from", "officer", "outcome");
        foreach (var one in cases)
            table.Row(one.CaseId, one.Overdue ? $"{one.DueDate} overdue" : one.DueDate, PlainText.Of(one.State), one.AchievementTitle,
                $"{one.Target?.Programme} {one.Target?.Unit}", one.SubmittedBy, one.Assignee, one.Outcome == DecisionOutcome.Unspecified ? "" : PlainText.Of(one.Outcome));
        console.Write(table);
    }

    /// <summary>Everything about one case.</summary>
    public static void Show(IAnsiConsole console, RecognitionCase one)
    {
        console.Write(Tables.Facts(
            ("case", one.CaseId), ("institution", one.Institution), ("state", PlainText.Of(one.State)), ("submitted by", one.SubmittedBy),
            ("target", $"{one.Target?.Programme} {one.Target?.Unit}"), ("track", one.Track == RecognitionTrack.Unspecified ? "" : PlainText.Of(one.Track)),
            ("learner", one.Holder is null ? "" : $"{one.Holder.FullName} {one.Holder.BirthDate}"), ("purpose", one.Purpose), ("officer", one.Assignee),
            ("due", one.Overdue ? $"{one.DueDate} (overdue)" : one.DueDate), ("referred because", string.Join(", ", one.ReferralReasons)), ("counted in", string.Join(", ", one.CountedCaseIds)),
            ("information due", one.InformationDueDate), ("review", one.ReviewDue ? "the issuer changed the credential's status after the decision" : ""), ("etag", one.Etag)));
        foreach (var achievement in one.Achievements) Show(console, achievement);
        foreach (var verification in one.Verifications) Show(console, verification);
        if (one.Outstanding.Count > 0) Outstanding(console, one);
        if (one.Assessment is { } assessment) AssessmentView.Show(console, assessment);
        foreach (var decision in one.Decisions) DecisionView.Show(console, decision);
        if (one.ProposedDecision is { } proposed)
        {
            DecisionView.Show(console, proposed.Decision);
            console.Say($"Proposed by {proposed.ProposedBy} at {PlainText.Of(proposed.ProposeTime)}; another officer approves it (`mcf case approve {one.CaseId} --etag {one.Etag}`) or sends it back.");
        }
        History(console, one);
    }

    /// <summary>The checks of one credential.</summary>
    public static void Show(IAnsiConsole console, Federation.V1.Verification verification)
    {
        console.Heading($"Verification: {PlainText.Of(verification.Verdict)} ({verification.Format}, {verification.CredentialDigest})");
        var table = Tables.Of("check", "result", "reason", "evidence", "against");
        foreach (var check in verification.Checks)
            table.Row(check.Kind, check.Holds ? $"{PlainText.Of(check.Result)}, holds" : PlainText.Of(check.Result), check.ReasonClass == "none" ? "" : check.ReasonClass, check.Evidence, check.Source);
        console.Write(table);
        if (verification.Roles.Count > 0)
        {
            var roles = Tables.Of("part", "who", "member", "identifiers", "by");
            foreach (var role in verification.Roles) roles.Row(role.Kind, role.Name, role.Member, string.Join(", ", role.Identifiers), role.Basis);
            console.Write(roles);
        }
        if (verification.Findings.Count > 0)
        {
            var findings = Tables.Of("element or criterion", "standing", "found", "missing", "where");
            foreach (var finding in verification.Findings)
                findings.Row(finding.Code, $"{PlainText.Of(finding.Standing)}{(finding.Grade.Length > 0 ? $" ({finding.Grade})" : "")}", finding.Found, finding.Missing, finding.Place);
            console.Write(findings);
        }
        if (verification.MissingElements.Count > 0) console.Say($"Missing elements of Annex I: {string.Join(", ", verification.MissingElements)}");
    }

    /// <summary>What a credential claims.</summary>
    public static void Show(IAnsiConsole console, Achievement achievement)
    {
        console.Heading(PlainText.Of(achievement.Title));
        console.Write(Tables.Facts(
            ("codes", string.Join(", ", achievement.Codes)), ("awarded by", string.Join("; ", achievement.AwardingBodies.Select(body => PlainText.Of(body.LegalName)))),
            ("awarded", achievement.AwardedDate), ("credits", achievement.HasEctsCreditsHundredths ? $"{PlainText.Credits(achievement.EctsCreditsHundredths)} ECTS" : "not stated"),
            ("workload", achievement.VolumeOfLearning), ("EQF level", achievement.EqfLevel == 0 ? "" : $"{achievement.EqfLevel}"),
            ("assessment", string.Join(", ", achievement.AssessmentTypes)), ("participation", string.Join(", ", achievement.Modes)), ("supervision", achievement.Supervision),
            ("grade", achievement.Grade), ("fields", string.Join(", ", achievement.IscedFields)), ("languages", string.Join(", ", achievement.Languages)),
            ("quality assurance", string.Join("; ", achievement.Accreditations)),
            ("outcomes", string.Join("\n", achievement.Outcomes.Select(outcome => $"- {PlainText.Of(outcome.Title)}")))));
    }

    private static void Outstanding(IAnsiConsole console, RecognitionCase one)
    {
        console.Heading("Information asked for");
        var table = Tables.Of("code", "question");
        foreach (var item in one.Outstanding) table.Row(item.Code, item.Text);
        console.Write(table);
    }

    private static void History(IAnsiConsole console, RecognitionCase one)
    {
        if (one.History.Count == 0) return;
        console.Heading("History");
        var table = Tables.Of("no.", "time", "event", "by", "what");
        foreach (var entry in one.History) table.Row($"{entry.Number}", PlainText.Of(entry.Time), entry.Event, entry.Actor, entry.Remarks.Length > 0 ? $"{entry.Summary}\n{entry.Remarks}" : entry.Summary);
        console.Write(table);
    }
}
