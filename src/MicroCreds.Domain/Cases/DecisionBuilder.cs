using System.Collections.Immutable;
using MicroCreds.Domain.Agreements;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Documents;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Domain.Cases;

/// <summary>
/// Makes a decision of an assessment, with or without an officer. Pure: the same case, input and time give the same decision.
/// What it makes is not judged yet: <see cref="DecisionInvariants"/> does that.
/// </summary>
public static class DecisionBuilder
{
    private const string RecognitionBasis = "Lisbon Recognition Convention, V.1";
    private const string ValidationBasis = "Council Recommendation of 20 December 2012 on the validation of non-formal and informal learning (2012/C 398/01)";

    /// <summary>The grant that a published automatic rule, or a signed learning agreement, makes.</summary>
    /// <exception cref="InvalidOperationException">The case has no assessment, or no rule carries it.</exception>
    public static Decision ByRule(RecognitionCase c, RecognitionPolicy policy, DateTimeOffset now)
    {
        var assessment = AssessmentOf(c);
        var rule = assessment.Rule ?? throw new InvalidOperationException($"The assessment of case {c.Application.Case} names no rule.");
        return Make(c, assessment, policy, now) with
        {
            Outcome = assessment.ProposedOutcome ?? DecisionOutcome.Full,
            Lines = assessment.Lines.Length > 0 ? Proposed(c, assessment) : [.. c.Reports.Select(report => Line(report) with
            {
                Outcome = assessment.ProposedOutcome ?? DecisionOutcome.Full,
                Unit = assessment.Unit,
                GrantedCredits = assessment.Granted,
                ExtraCurricular = assessment.ExtraCurricular,
                GrantedGrade = assessment.Grade?.Target ?? "",
                Conversion = assessment.Grade,
            })],
            Reasons = assessment.Reasons,
            Alternatives = assessment.Alternatives,
            DecidedBy = DecidedBy.Rule,
            DecidedByName = assessment.Agreement is { } agreement ? LearningAgreement.NameOf(agreement.Agreement, agreement.Version) : rule.Value,
        };
    }

    /// <summary>The decision of an officer; what the officer left open comes from the proposal.</summary>
    /// <exception cref="InvalidOperationException">The case has no assessment.</exception>
    public static Decision ByOfficer(RecognitionCase c, OfficerDecision input, RuleBook rules, RecognitionPolicy policy, Actor officer, DateTimeOffset now)
    {
        var assessment = AssessmentOf(c);
        if (input.Lines.IsEmpty && assessment.Lines.Length > 0 && input.Outcome != DecisionOutcome.Refused) return ByOfficer([.. Proposed(c, assessment).Select(line => line with { Benefit = BenefitOf(line, line.Rule, rules) })]);
        var lines = input.Lines.IsEmpty ? [.. c.Reports.Select(report => new OfficerLine { Credential = report.Digest })] : input.Lines;
        return ByOfficer([.. lines.Select(line => LineOf(c, assessment, input, line, rules, policy))]);

        Decision ByOfficer(ImmutableArray<DecisionLine> made) => Make(c, assessment, policy, now) with
        {
            Outcome = input.Outcome,
            Lines = made,
            Reasons = input.Reasons,
            Alternatives = input.Alternatives,
            Condition = input.Condition,
            ConditionDueOn = input.ConditionDueOn,
            DecidedBy = DecidedBy.Officer,
            DecidedByName = officer.Name,
            Statement = input.Statement,
        };
    }

    /// <summary>
    /// The lines that an assessment of several credentials or units proposes: one per credential and unit. The credits of a unit are divided among its
    /// credentials as they were earned, so that each of them is counted.
    /// </summary>
    private static ImmutableArray<DecisionLine> Proposed(RecognitionCase c, Assessment assessment)
    {
        var lines = ImmutableArray.CreateBuilder<DecisionLine>();
        foreach (var line in assessment.Lines)
        {
            CredentialReport[] reports = [.. line.Credentials.Select(d => c.Reports.First(r => r.Digest == d))];
            var granted = Divide(line.Granted, reports);
            var extra = Divide(line.ExtraCurricular, reports);
            lines.AddRange(reports.Select((report, i) => Line(report) with
            {
                Outcome = line.Outcome ?? DecisionOutcome.Alternative,
                Unit = line.Unit,
                GrantedCredits = granted[i],
                ExtraCurricular = extra[i],
                GrantedGrade = line.Unit is null ? "" : line.Grade?.Target ?? "",
                Conversion = line.Unit is null ? null : line.Grade,
                Rule = line.Rule,
            }));
        }

        return lines.ToImmutable();
    }

    private static ImmutableArray<EctsCredits> Divide(EctsCredits credits, CredentialReport[] reports)
    {
        int[] earned = Array.ConvertAll(reports, r => r.Achievement?.Credits?.Hundredths ?? 0);
        // Where one does not say what it earned, all count alike.
        if (Array.Exists(earned, e => e == 0)) Array.Fill(earned, 1);
        var (left, weight) = (credits.Hundredths, earned.Sum());
        var shares = ImmutableArray.CreateBuilder<EctsCredits>();
        foreach (var one in earned)
        {
            var share = (int)((long)left * one / weight);
            shares.Add(EctsCredits.FromHundredths(share));
            (left, weight) = (left - share, weight - one);
        }

        return shares.ToImmutable();
    }

    /// <summary>Digest of an assessment's document. Evaluating the same inputs again gives the same digest.</summary>
    public static Sha256Digest DigestOf(Assessment assessment) => Sha256Digest.Of(DomainJson.Write(assessment));

    private static Assessment AssessmentOf(RecognitionCase c) =>
        c.Assessment ?? throw new InvalidOperationException($"Case {c.Application.Case} was never assessed.");

    private static Decision Make(RecognitionCase c, Assessment assessment, RecognitionPolicy policy, DateTimeOffset now) => new()
    {
        Version = c.Decisions.Length + 1,
        Supersedes = c.EffectiveVersion,
        Outcome = DecisionOutcome.Full,
        Track = assessment.Track,
        Lines = [],
        Reasons = [],
        Alternatives = [],
        LegalBasis = policy.LegalBasis.GetValueOrDefault(assessment.Track)
            ?? (assessment.Track == RecognitionTrack.Recognition ? RecognitionBasis : ValidationBasis),
        Authority = policy.Authority,
        AppealBody = policy.AppealBody,
        AppealUntil = RecognitionClock.Until(RecognitionClock.DayOf(now), policy.AppealDays),
        DecidedBy = DecidedBy.Officer,
        DecidedByName = "",
        DecidedAt = now,
        Rule = assessment.Rule,
        Agreement = assessment.Agreement,
        Table = assessment.Table,
        TableVersion = assessment.TableVersion,
        TableDigest = assessment.TableDigest,
        InputsDigest = assessment.InputsDigest,
        AssessmentDigest = DigestOf(assessment),
        EngineVersion = Assessment.EngineVersion,
    };

    private static DecisionLine Line(CredentialReport report) => new()
    {
        Credential = report.Digest,
        AchievementTitle = report.Achievement?.Title.ToString() ?? "",
        AwardingBody = report.AwardingBodyId,
        ClaimedCredits = report.Achievement?.Credits,
        ClaimedVolume = report.Achievement?.Volume?.Iso ?? "",
        ClaimedGrade = report.Achievement?.Grade?.Label ?? "",
        ClaimedEqfLevel = report.Achievement?.EqfLevel,
        Outcome = DecisionOutcome.Full,
    };

    private static DecisionLine LineOf(
        RecognitionCase c, Assessment assessment, OfficerDecision input, OfficerLine line, RuleBook rules, RecognitionPolicy policy)
    {
        var report = c.Reports.FirstOrDefault(r => r.Digest == line.Credential) ?? c.Reports[0];
        var outcome = line.Outcome ?? input.Outcome;
        var made = Line(report) with { Outcome = outcome };
        if (outcome == DecisionOutcome.Refused)
            return made with { Unit = line.Unit, GrantedCredits = line.Granted ?? EctsCredits.Zero, ExtraCurricular = line.ExtraCurricular ?? EctsCredits.Zero, GrantedGrade = line.Grade };

        var unit = line.Unit ?? (outcome == DecisionOutcome.Full ? null : assessment.Unit) ?? c.Application.TargetUnit;
        var proposed = assessment.Unit == unit || assessment.Unit is null;
        var granted = line.Granted
            ?? (outcome == DecisionOutcome.Full && assessment.ProposedOutcome != DecisionOutcome.Full && rules.Unit(unit) is { } target
                ? EarnedCredits.InFull(c, target, policy)
                : assessment.Granted);
        var grade = line.Grade.Length > 0 ? line.Grade : proposed ? assessment.Grade?.Target ?? "" : "";
        made = made with
        {
            // An alternative outside the programme (an entry in the supplement) fills no unit.
            Unit = line.Unit is null && outcome == DecisionOutcome.Alternative && granted == EctsCredits.Zero ? null : unit,
            GrantedCredits = granted,
            ExtraCurricular = line.ExtraCurricular ?? (granted == assessment.Granted && outcome != DecisionOutcome.Full ? assessment.ExtraCurricular : EctsCredits.Zero),
            GrantedGrade = grade,
            Conversion = assessment.Grade is { } conversion && proposed && conversion.Target == grade ? conversion : null,
        };
        return made with { Benefit = BenefitOf(made, proposed ? assessment.Rule : null, rules) };
    }

    // Field reference E.2: credit, exemption and admission are three benefits; without it a waiver would read as zero credits.
    private static GrantBenefit? BenefitOf(DecisionLine line, RuleId? rule, RuleBook rules) =>
        line.Outcome is not (DecisionOutcome.Refused or DecisionOutcome.NothingEarned) && line.GrantedCredits == EctsCredits.Zero && line.ExtraCurricular == EctsCredits.Zero
            && rule is not null && rules.Rule(rule)?.Grant.Benefit is { } benefit and not GrantBenefit.Credits ? benefit : null;
}
