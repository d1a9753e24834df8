using System.Collections.Immutable;
using System.Globalization;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Domain.Rules;

/// <summary>
/// Assesses the credentials of a case together: the rules to use are chosen for all of them at once, each use makes a line, and what is left over is
/// assessed alone. The unit asked for comes first; for what it does not need the rest of the programme is offered.
/// </summary>
internal sealed partial class JointAssessment
{
    private readonly AssessmentInput _input;
    private readonly Sha256Digest _digest;
    private readonly ImmutableArray<AssessmentInput> _each;
    private readonly List<(AssessmentLine Line, Assessment From)> _lines = [];
    private readonly List<string> _explanation = [];
    private readonly SortedSet<ReferralReason> _referral = [];
    private readonly List<RuleFinding> _findings = [];
    private readonly List<ConsideredAlternative> _alternatives = [];
    private ImmutableArray<SelectionAlternative> _notChosen = [];
    private EctsCredits _validated;
    private bool _missed;

    private JointAssessment(AssessmentInput input, Sha256Digest digest) => (_input, _digest, _each) = (input, digest, input.Each);

    internal static Assessment Of(AssessmentInput input, Sha256Digest digest, ImmutableArray<AgreementMatch> agreements) => new JointAssessment(input, digest).Write(agreements);

    private Assessment Write(ImmutableArray<AgreementMatch> agreements)
    {
        var all = (1 << _each.Length) - 1;
        var usable = CredentialUses.Indexes(all).Where(i => !IsStopped(_each[i])).Aggregate(0, (mask, i) => mask | (1 << i));
        if (_each.Length > 1) Say($"{_each.Length} credentials are assessed together; each is used at most once.");
        var left = all & ~Agreed(agreements);
        if (left == 0) return Done();
        usable &= left;
        if (_each.Length <= CredentialSelection.MaxCredentials)
        {
            left &= ~Choose(usable, Wanted);
            if (_input.Target is not null && left != 0 && _each.Length > 1) left &= ~Choose(left & usable, r => !Wanted(r) && OfProgramme(r));
        }
        else
        {
            Refer($"{_each.Length} credentials are too many to choose among; at most {CredentialSelection.MaxCredentials}.");
        }

        // One credential for which no rule about several speaks is assessed as if there were none; only what it would take is added.
        if (_each is [var only] && _lines.Count == 0) return Amend(AssessmentEngine.Alone(only, _digest));
        foreach (var i in CredentialUses.Indexes(left)) LeaveOver(_each[i]);
        return Done();
    }

    private bool Wanted(EquivalenceRule rule) => _input.Target is { } target ? rule.Grants(target) && IsUsable(rule) : OfProgramme(rule);

    private bool OfProgramme(EquivalenceRule rule) => IsUsable(rule) && rule.Units.All(u => _input.Table.Find(u)?.Programme == _input.Programme);

    private bool IsUsable(EquivalenceRule rule) => rule.Units.All(u => _input.Table.Find(u) is { Kind: not UnitKind.Thesis } && _agreement?.Asked.Any(a => a.Component.Unit == u) != true);

    private static bool IsStopped(AssessmentInput one) =>
        one.Credential.Verdict == Verdict.Reject || one.Counted || OnlyAttended(one);

    private static bool OnlyAttended(AssessmentInput one) =>
        one.Achievement.AssessmentTypes.Where(t => t != 0).ToArray() is { Length: > 0 } types && types.All(t => t == Achievements.AssessmentType.LevelOfAttendance);

    /// <summary>Chooses among the rules for these credentials and writes their lines. Returns the credentials used.</summary>
    private int Choose(int among, Func<EquivalenceRule, bool> wanted)
    {
        var uses = CredentialUses.Of(_each, among, wanted);
        SelectedUses? chosen = null;
        ImmutableArray<SelectedUses> others = [];
        if (uses.TooMany || CredentialSelection.Choose(_each.Length, [.. uses.Found.Select(f => f.Use)], SizeOf).Failed(out var problem, out var selection))
            Refer($"There are too many ways to use the credentials to choose among; a person decides, or fewer are submitted together.");
        else (chosen, others) = selection;

        foreach (var (mask, rules) in uses.Conflicts.Where(c => chosen is null || (c.Credentials & ~chosen.LeftOver) == 0))
        {
            _referral.Add(ReferralReason.RuleConflict);
            Say($"Rules {string.Join(" and ", rules.Select(r => r.Id))} match {Titles(mask)} with the same rank, priority and specificity and grant different things. A person decides.");
            _findings.AddRange(rules.Select(rule => Finding(rule, mask, matched: true)));
        }

        // Of one credential only a rule about several, or for several units, is told in lines.
        var simple = _each.Length == 1 && chosen?.Uses.All(u => uses.Found.First(f => ReferenceEquals(f.Use, u)).Rule is { Composite: false }) != false;
        ExplainMisses(uses, wanted, chosen);
        if (chosen is null || simple) return 0;
        foreach (var use in chosen.Uses) Use(uses.Found.First(f => ReferenceEquals(f.Use, use)));
        if (_notChosen.IsEmpty) TellNotChosen(others);
        return ((1 << _each.Length) - 1) & ~chosen.LeftOver;
    }

    private EctsCredits SizeOf(UnitCode unit) => _input.Table.Find(unit)?.Credits ?? EctsCredits.Zero;

    private void Use(FoundUse found)
    {
        var members = CredentialUses.Indexes(found.Use.Credentials).Select(i => _each[i] with { Target = found.Rule.Target, ValidatedBefore = _validated }).ToImmutableArray();
        ImmutableArray<Sha256Digest> credentials = [.. members.Select(m => m.Credential.Digest)];
        if (!found.Rule.Composite)
        {
            Add(credentials, AssessmentEngine.Alone(members[0], _digest), Titles(found.Use.Credentials));
            return;
        }

        if (_input.Table.Find(found.Rule.Target) is not { } unit) return;
        var together = found.Together with { Target = unit.Code, ValidatedBefore = _validated };
        var draft = new AssessmentDraft(together, SourceFacts.Of(together), unit, _digest, judge: false);
        var stopped = false;
        foreach (var member in members)
        {
            var own = new AssessmentDraft(member, SourceFacts.Of(member), unit, _digest, judge: false);
            AssessmentEngine.Introduce(own);
            stopped |= AssessmentEngine.StoppedBefore(own);
            draft.Absorb(own);
        }

        if (!draft.AsksNothing) draft.Propose(ProposalKind.RequestInformation);
        var finding = Finding(found.Rule, found.Use.Credentials, matched: true);
        foreach (var source in finding.Sources) draft.Say($"Source {source.Group}.{source.Source} of rule {found.Rule.Id}: {source.Title}.");
        if (!stopped)
        {
            RuleProposal.Introduce(draft, found.Rule);
            if (together.Track == RecognitionTrack.Recognition && draft.Credits.Earned < Total(found.Use)) Bridge(draft, found);
            RuleProposal.Grant(draft, unit, found.Rule);
            if (draft.NeedsNobody) draft.Propose(ProposalKind.GrantAutomatically);
        }

        var made = draft.Done();
        Add(credentials, made with { Rules = [finding] }, Titles(found.Use.Credentials));
        if (made.Unit is null) return;
        foreach (var further in found.Use.Grants.Where(g => g.Unit != unit.Code)) AddFurther(credentials, made, further, together);
    }

    private static EctsCredits Total(RuleUse use) => EctsCredits.FromHundredths(Math.Min(use.Hundredths, EctsCredits.MaxHundredths));

    private static void Bridge(AssessmentDraft draft, FoundUse found)
    {
        draft.Refer(ReferralReason.RuleNotAutomatic);
        draft.Say($"Rule {found.Rule.Id} grants {Total(found.Use)} credits in all for {draft.Credits.Earned} earned; a person states what bridges the difference.");
    }

    // A further unit of the same use: what the first line found out about the credentials holds for it too.
    private void AddFurther(ImmutableArray<Sha256Digest> credentials, Assessment first, UnitGrant grant, AssessmentInput together)
    {
        var room = together.Track == RecognitionTrack.Validation && _input.Policy.ValidationCap is { } cap ? cap - _input.Ledger.ValidatedIn(_input.Programme) - _validated : grant.Credits;
        var counted = grant.Credits <= room ? grant.Credits : room.FloorTo(_input.Policy.CreditStep);
        var outcome = counted == EctsCredits.Zero ? DecisionOutcome.Alternative : counted < SizeOf(grant.Unit) && _input.Table.Find(grant.Unit)?.Kind == UnitKind.Course ? DecisionOutcome.Partial
            : first.ProposedOutcome == DecisionOutcome.Conditional ? DecisionOutcome.Conditional : DecisionOutcome.Full;
        if (outcome is DecisionOutcome.Partial or DecisionOutcome.Alternative) _referral.Add(ReferralReason.LessThanAsked);
        var graded = _input.Table.Find(grant.Unit)?.Graded == true;
        _lines.Add((new(
            credentials, outcome, counted == EctsCredits.Zero ? null : grant.Unit, counted, grant.Credits - counted, first.Rule, graded ? first.Grade : null,
            first.Proposal == ProposalKind.GrantAutomatically && outcome == DecisionOutcome.Full && (!graded || first.Grade is not null)), first));
        if (together.Track == RecognitionTrack.Validation) _validated += counted;
        Say($"Proposed: {CodeWord.Of(outcome)}, {counted} credits for {grant.Unit}.");
    }

    private void Add(ImmutableArray<Sha256Digest> credentials, Assessment made, string titles)
    {
        if (_each.Length > 1) Say($"{titles}:");
        _explanation.AddRange(made.Explanation.Except(_explanation));
        var outcome = _input.Target is { } target && made.Unit is { } unit && unit != target && made.ProposedOutcome == DecisionOutcome.Full && !GrantsTarget(made.Rule, target)
            ? DecisionOutcome.Alternative : made.ProposedOutcome;
        _lines.Add((new(credentials, outcome, made.Unit, made.Granted, made.ExtraCurricular, made.Rule, made.Grade, made.Proposal == ProposalKind.GrantAutomatically && outcome == DecisionOutcome.Full), made));
        _referral.UnionWith(made.Referral);
        if (outcome != made.ProposedOutcome) _referral.Add(ReferralReason.LessThanAsked);
        if (made.Track == RecognitionTrack.Validation) _validated += made.Granted;
        _findings.AddRange(made.Rules);
    }

    private bool GrantsTarget(RuleId? rule, UnitCode target) => rule is not null && _input.Table.Composites.FurtherGranting(target).Any(r => r.Id == rule);

    // What no rule uses is looked at alone, for what it lacks; nothing is proposed for it here.
    private void LeaveOver(AssessmentInput one)
    {
        var made = AssessmentEngine.Alone(one with { ValidatedBefore = _validated }, _digest);
        Say($"{one.Achievement.Title} is left over:");
        _explanation.AddRange(made.Explanation.Where(s => !s.StartsWith("Proposed: ", StringComparison.Ordinal)).Except(_explanation));
        _lines.Add((new([one.Credential.Digest], null, null, EctsCredits.Zero, EctsCredits.Zero, null, null, false), made));
        _referral.UnionWith(made.Referral.Length > 0 ? made.Referral : [ReferralReason.LessThanAsked]);
        _findings.AddRange(made.Rules);
    }

    private Assessment Done()
    {
        var granting = _lines.Where(l => l.Line.Unit is not null).Select(l => l.Line).ToArray();
        var from = _lines.Select(l => l.From).Distinct().ToArray();
        ImmutableArray<InformationItem> information = [.. from.SelectMany(a => a.Information).GroupBy(i => i.Code).Select(g => new InformationItem(g.Key, string.Join(' ', g.Select(i => i.Text).Distinct())))];
        var outcome = Outcome();
        var granted = _lines.All(l => l.Line.NeedsNobody) && _referral.Count == 0;
        if (_missed && !granted) _referral.Add(ReferralReason.NearMiss);
        var proposal = information.Length > 0 && from.Any(a => a.Proposal == ProposalKind.RequestInformation) ? ProposalKind.RequestInformation
            : Array.TrueForAll(from, a => a.Proposal == ProposalKind.DeclareInadmissible) ? ProposalKind.DeclareInadmissible
            : granted ? ProposalKind.GrantAutomatically
            : ProposalKind.Refer;
        var main = granting.FirstOrDefault(l => l.Unit == _input.Target) ?? granting.FirstOrDefault();
        var leading = from[0];
        return leading with
        {
            Track = _each.Any(e => e.Track == RecognitionTrack.Validation) ? RecognitionTrack.Validation : RecognitionTrack.Recognition,
            Proposal = proposal,
            ProposedOutcome = outcome,
            Unit = main?.Unit,
            Granted = Sum(granting.Select(l => l.Granted)),
            ExtraCurricular = Sum(_lines.Select(l => l.Line.ExtraCurricular)),
            Rule = main?.Rule ?? _lines.Select(l => l.Line.Rule).FirstOrDefault(r => r is not null),
            Grade = granting.Length == 1 ? main?.Grade : null,
            Reasons = [.. from.SelectMany(a => a.Reasons).DistinctBy(r => (r.Code, r.Text))],
            Alternatives = [.. from.SelectMany(a => a.Alternatives).Concat(_alternatives).Distinct()],
            Referral = [.. _referral],
            Information = information,
            Coverage = from.Select(a => a.Coverage).FirstOrDefault(c => c is not null),
            Rules = [.. _findings.DistinctBy(f => (f.Rule, string.Join(' ', f.Sources.Select(s => s.Credential))))],
            Explanation = [.. _explanation],
            Lines = [.. _lines.Select(l => l.Line)],
            NotChosen = _notChosen,
            Agreement = _agreement?.Applied,
        };

        DecisionOutcome? Outcome() =>
            granting.Length == 0 ? _lines.Select(l => l.Line.Outcome).FirstOrDefault(o => o is not null and not DecisionOutcome.NothingEarned)
            : _lines.All(l => l.Line.Outcome == DecisionOutcome.Full) ? DecisionOutcome.Full
            : Array.Exists(granting, l => l.Outcome == DecisionOutcome.Conditional) ? DecisionOutcome.Conditional
            : Array.TrueForAll(granting, l => l.Outcome == DecisionOutcome.Alternative) ? DecisionOutcome.Alternative
            : DecisionOutcome.Partial;
    }

    private Assessment Amend(Assessment alone) => alone with
    {
        Proposal = _referral.Count > 0 && alone.Proposal == ProposalKind.GrantAutomatically ? ProposalKind.Refer : alone.Proposal,
        Referral = [.. alone.Referral.Union(_referral).Union(_missed && alone.Proposal != ProposalKind.GrantAutomatically ? [ReferralReason.NearMiss] : []).Order()],
        Alternatives = [.. alone.Alternatives.Union(_alternatives)],
        Rules = [.. alone.Rules, .. _findings],
        Explanation = [.. alone.Explanation, .. _explanation],
    };

    private void TellNotChosen(ImmutableArray<SelectedUses> others)
    {
        _notChosen =
        [
            .. others.Select(o => new SelectionAlternative(
                EctsCredits.FromHundredths(Math.Min(o.Hundredths, EctsCredits.MaxHundredths)), [.. o.Uses.Select(u => new SelectedRule(u.Rule, Digests(u.Credentials), u.Grants))], Digests(o.LeftOver))),
        ];
        foreach (var other in others)
        {
            var rules = string.Join(", ", other.Uses.Select(u => $"rule {u.Rule} for {Titles(u.Credentials)}"));
            _alternatives.Add(new(DecisionOutcome.Alternative, other.Uses[0].Grants[0].Unit, $"Not chosen: {Credits(other.Hundredths)} credits by {rules}{(other.LeftOver == 0 ? "" : $", leaving over {Titles(other.LeftOver)}")}."));
        }
    }

    // A rule of which a credential is a source, but which misses others: the way to it is told.
    private void ExplainMisses(CredentialUses uses, Func<EquivalenceRule, bool> wanted, SelectedUses? chosen)
    {
        var used = chosen?.Uses.Select(u => u.Rule).ToHashSet() ?? [];
        foreach (var fitting in uses.Fitting.OrderBy(f => f.Key))
        {
            var rule = _input.Table.Composites[fitting.Key];
            if (!wanted(rule) || used.Contains(rule.Id) || uses.Found.Any(f => f.Rule.Id == rule.Id)) continue;
            var finding = Finding(rule, fitting.Aggregate(0, (mask, f) => mask | (1 << f.Credential)), matched: false);
            if (finding.Sources.Where(s => s.Credential is null).ToArray() is not { Length: > 0 } missing) continue;
            _findings.Add(finding);
            _missed = true;
            Say($"Rule {rule.Id} would grant {rule.Target} with a further credential; missing: {string.Join("; ", missing.Select(Asked))}.");
            _alternatives.Add(new(DecisionOutcome.Conditional, rule.Target, $"{rule.Target} by rule {rule.Id}, with a further credential: {string.Join("; ", missing.Select(Asked))}."));
        }

        static string Asked(SourceFinding source) => string.Join(", ", source.Conditions.Select(c => $"{c.Condition} {c.Expected}"));
    }

    private RuleFinding Finding(EquivalenceRule rule, int mask, bool matched) => SourceAssignment.Finding(rule, [.. CredentialUses.Indexes(mask).Select(i => _each[i])], matched);

    private void Refer(string sentence)
    {
        _referral.Add(ReferralReason.NoRule);
        Say(sentence);
    }

    private void Say(string sentence) => _explanation.Add(sentence);

    private ImmutableArray<Sha256Digest> Digests(int mask) => [.. CredentialUses.Indexes(mask).Select(i => _each[i].Credential.Digest)];

    private string Titles(int mask) => string.Join(" and ", CredentialUses.Indexes(mask).Select(i => _each[i].Achievement.Title));

    private static EctsCredits Sum(IEnumerable<EctsCredits> credits) => EctsCredits.FromHundredths(Math.Min(EctsCredits.MaxHundredths, credits.Sum(c => c.Hundredths)));

    private static string Credits(int hundredths) => (hundredths / 100m).ToString("0.##", CultureInfo.InvariantCulture);
}
