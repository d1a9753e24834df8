using System.Collections.Immutable;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Grades;
using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Domain.Rules;

/// <summary>An assessment being written: one credential, one target unit.</summary>
internal sealed class AssessmentDraft
{
    private readonly Sha256Digest _inputs;
    private readonly List<DecisionReason> _reasons = [];
    private readonly List<ConsideredAlternative> _alternatives = [];
    private readonly SortedSet<ReferralReason> _referral = [];
    private readonly List<InformationItem> _information = [];
    private readonly List<string> _explanation = [];
    private ProposalKind _proposal = ProposalKind.Refer;
    private DecisionOutcome? _outcome;
    private UnitCode? _granted;
    private EctsCredits _credits;
    private EctsCredits _extraCurricular;
    private RuleId? _rule;
    private GradeConversion? _grade;
    private GrantBenefit? _benefit;

    internal AssessmentDraft(AssessmentInput input, SourceFacts facts, TargetUnit? unit, Sha256Digest inputs, bool judge = true)
    {
        _inputs = inputs;
        Input = input;
        Unit = unit;
        Credits = CreditReckoning.Of(input);
        Coverage = unit is null ? null : OutcomeMatcher.Cover(unit, facts.OutcomeNames);
        if (unit is not null && judge) input.Table.Match(facts, unit.Code, input.Policy.RuleDate, Matches);
        Judged = unit is null || !judge ? [] :
        [
            .. JudgedRule.Ordered(input.Table.Candidates(input.AwardingBody, input.Achievement.Codes, unit.Code)
                .Select(r => JudgedRule.Of(r, facts, unit, Coverage, input.Policy.RuleDate))),
        ];
    }

    internal AssessmentInput Input { get; }
    internal TargetUnit? Unit { get; }
    internal CreditReckoning Credits { get; }
    internal OutcomeCoverage? Coverage { get; }
    /// <summary>The rules that match: of these one applies.</summary>
    internal RuleMatches Matches { get; } = new();
    /// <summary>Every candidate, strongest first: what the explanation tells.</summary>
    internal ImmutableArray<JudgedRule> Judged { get; }
    internal bool HasReasons => _reasons.Count > 0;

    internal bool AsksNothing => _information.Count == 0;

    internal void Say(string sentence) => _explanation.Add(sentence);

    internal void Refer(params ReadOnlySpan<ReferralReason> reasons)
    {
        foreach (var reason in reasons) _referral.Add(reason);
    }

    internal void Because(ReasonCode code, string text, params ImmutableArray<string> outcomes) => _reasons.Add(new(code, outcomes, text));

    internal void Consider(DecisionOutcome outcome, UnitCode? unit, string text) => _alternatives.Add(new(outcome, unit, text));

    /// <summary>Takes over why a member of a bundle needs a person or an answer, and what is told about it.</summary>
    internal void Absorb(AssessmentDraft member)
    {
        _referral.UnionWith(member._referral);
        foreach (var item in member._information) Ask(item);
        _reasons.AddRange(member._reasons);
        _alternatives.AddRange(member._alternatives.Except(_alternatives));
        foreach (var sentence in member._explanation.Except(_explanation).ToArray()) Say(sentence);
        if (member._proposal == ProposalKind.DeclareInadmissible) Refer(ReferralReason.CheckNotPassed);
    }

    private void Ask(InformationItem item)
    {
        if (!_information.Contains(item)) _information.Add(item);
    }

    internal void Ask(string code, string text) => _information.Add(new(code, text));

    internal void Propose(ProposalKind kind) => _proposal = kind;

    internal void By(EquivalenceRule rule) => By(rule.Id);

    internal void By(RuleId rule) => _rule = rule;

    internal void Grant(DecisionOutcome outcome, UnitCode? unit, EctsCredits credits, EctsCredits extraCurricular) =>
        (_outcome, _granted, _credits, _extraCurricular) = (outcome, unit, credits, extraCurricular);

    internal void Benefits(GrantBenefit benefit) => _benefit = benefit;

    internal void Graded(GradeConversion grade) => _grade = grade;

    /// <summary>Whether everything said so far lets the rule grant without a person.</summary>
    internal bool NeedsNobody => _outcome == DecisionOutcome.Full && _referral.Count == 0 && _reasons.Count == 0;

    /// <summary>Whether nothing said so far asks for a person.</summary>
    internal bool RefersNobody => _referral.Count == 0;

    internal Assessment Done()
    {
        var table = (Unit is null ? null : Input.Table.TableOf(Unit.Code))
            ?? Input.Table.Tables.FirstOrDefault(t => t.Units.Any(u => u.Programme == Input.Programme)) ?? Input.Table.Tables[0];
        return new()
        {
            AsOf = Input.AppliedOn,
            RuleDatePolicy = Input.Policy.RuleDate,
            Track = Input.Track,
            Table = table.Id,
            TableVersion = table.Version,
            TableDigest = table.Digest,
            InputsDigest = _inputs,
            Proposal = _proposal,
            ProposedOutcome = _outcome,
            Unit = _granted,
            Granted = _credits,
            ExtraCurricular = _extraCurricular,
            Rule = _rule,
            Grade = _grade,
            Benefit = _benefit,
            Reasons = [.. _reasons],
            Alternatives = [.. _alternatives],
            Referral = [.. _referral],
            Information = [.. _information],
            Coverage = Coverage,
            Rules = [.. Judged.Where(j => j.Matched).Concat(Judged.Where(j => j.Misses == 1)).Select(j => j.Finding)],
            Explanation = [.. _explanation],
        };
    }
}
