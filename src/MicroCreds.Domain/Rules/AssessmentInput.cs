using System.Collections.Immutable;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Agreements;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Documents;
using MicroCreds.Domain.Grades;
using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Domain.Rules;

/// <summary>Everything an assessment looks at. Nothing is fetched, and no clock is read: the same input gives the same assessment.</summary>
public sealed record AssessmentInput
{
    /// <summary>Receiving institution, in whose scale grades are wanted.</summary>
    public required OrganisationId Institution { get; init; }
    /// <summary>Published tables of the institution; at least one.</summary>
    public required CompiledTable Table { get; init; }
    /// <summary>Policy of the institution.</summary>
    public required RecognitionPolicy Policy { get; init; }
    /// <summary>What was learnt.</summary>
    public required Achievement Achievement { get; init; }
    /// <summary>How the credential was verified.</summary>
    public required CredentialSummary Credential { get; init; }
    /// <summary>Member that is the awarding body; null when it is none.</summary>
    public OrganisationId? AwardingBody { get; init; }
    /// <summary>Former identifier by which the credential names it; null for the present one.</summary>
    public FormerIdentifier? FormerIdentifier { get; init; }
    /// <summary>Further credentials of the case, judged together with the first; at most <see cref="CredentialSelection.MaxCredentials"/> in all.</summary>
    public ImmutableArray<AssessedCredential> Further { get; init; } = [];
    /// <summary>Programme for which the learner applies.</summary>
    public required ProgrammeCode Programme { get; init; }
    /// <summary>Unit asked for; null takes the best unit of the programme.</summary>
    public UnitCode? Target { get; init; }
    /// <summary>Day of application.</summary>
    public required DateOnly AppliedOn { get; init; }
    /// <summary>What the learner was granted so far.</summary>
    public LearnerLedger Ledger { get; init; } = LearnerLedger.Empty;
    /// <summary>Learning agreements of the learner at the institution; those of other programmes or days do not matter.</summary>
    public ImmutableArray<AgreementHistory> Agreements { get; init; } = [];
    /// <summary>Grade tables of the institution and of the awarding body, as far as they are at hand.</summary>
    public GradeTableSet GradeTables { get; init; } = GradeTableSet.Empty;
    /// <summary>Whether information was asked for before: it is not asked again. What is not among <see cref="Answered"/> was not supplied, and the assessment goes on with what is known.</summary>
    public bool InformationLapsed { get; init; }

    /// <summary>Codes of what was asked for and answered, in the order answered. An answer is words: a person weighs it.</summary>
    public ImmutableArray<string> Answered { get; init; } = [];

    /// <summary>Credits that earlier lines of the same assessment validate in the programme: they count towards its cap.</summary>
    internal EctsCredits ValidatedBefore { get; init; }

    /// <summary>The input once for each credential, in the order of the files' digests, so that the order in which they were submitted says nothing.</summary>
    internal ImmutableArray<AssessmentInput> Each =>
        Further.IsEmpty ? [this] : [.. Further.Select(f => f.In(this)).Prepend(this with { Further = [] }).OrderBy(i => i.Credential.Digest.Value, StringComparer.Ordinal)];

    /// <summary>Track of the case.</summary>
    public RecognitionTrack Track => Policy.TrackOf(AwardingBody);

    /// <summary>Whether the credential was counted before in a way that keeps it from counting again.</summary>
    internal bool Counted => Ledger.Counts(Credential.Digest, Credential.CredentialId, Programme, Policy.DoubleCounting);

    /// <summary>Digest of all inputs beside the tables.</summary>
    internal Sha256Digest Digest() => Sha256Digest.Of(DomainJson.Write(new Inputs(
        Institution, Achievement, Credential, AwardingBody, Programme, Target, AppliedOn, InformationLapsed, Answered, Track, Policy.RuleDate,
        Policy.HoursPerCredit, Policy.CreditStep.Hundredths, Policy.ValidationCap?.Hundredths, Policy.GradeConversion, Ledger.ValidatedIn(Programme).Hundredths,
        Counted, !Counted && Ledger.Counts(Credential.Digest, Credential.CredentialId) ? true : null, FormerIdentifier, [.. GradeTables.References.Select(r => r.Digest)], Further.IsEmpty ? null : [.. Each.Select(FurtherInputs.Of)])
        {
            Agreements = Agreements.IsEmpty ? null : [.. Agreements.OrderBy(a => a.Id.Value, StringComparer.Ordinal).Select(a => new AgreementInputs([.. a.Versions.Select(v => v.Digest())], a.End?.LastDay))],
            Granted = Agreements.IsEmpty ? null : [.. Ledger.Entries.Where(e => e.Programme == Programme).GroupBy(e => e.Unit.Value).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => new GrantedInputs(g.Key, g.Sum(e => e.Credits.Hundredths)))],
        }));

    private sealed record Inputs(
        OrganisationId Institution, Achievement Achievement, CredentialSummary Credential, OrganisationId? AwardingBody, ProgrammeCode Programme,
        UnitCode? Target, DateOnly AppliedOn, bool InformationLapsed, ImmutableArray<string> Answered, RecognitionTrack Track, RuleDatePolicy RuleDate, int HoursPerCredit,
        int CreditStep, int? ValidationCap, GradeConversionPolicy GradeConversion, int Validated, bool Counted, bool? CountedElsewhere, FormerIdentifier? FormerIdentifier,
        Sha256Digest[] GradeTables, FurtherInputs[]? Each)
    {
        public AgreementInputs[]? Agreements { get; init; }
        public GrantedInputs[]? Granted { get; init; }
    }

    private sealed record AgreementInputs(Sha256Digest[] Versions, DateOnly? Ended);

    private sealed record GrantedInputs(string Unit, int Hundredths);

    private sealed record FurtherInputs(Achievement Achievement, CredentialSummary Credential, OrganisationId? AwardingBody, bool Counted)
    {
        public FormerIdentifier? FormerIdentifier { get; init; }

        internal static FurtherInputs Of(AssessmentInput one) => new(one.Achievement, one.Credential, one.AwardingBody, one.Counted) { FormerIdentifier = one.FormerIdentifier };
    }
}
