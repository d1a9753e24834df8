using System.Collections.Immutable;
using System.Security.Cryptography;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Credentials.Issuing;

/// <summary>Everything a micro-credential with the elements of Annex I says, in one language. Source: Council Recommendation 2022/C 243/02, Annex I.</summary>
public sealed record EdcClaims
{
    /// <summary>Identifier of the credential, an IRI; see <see cref="NewCredentialId"/>.</summary>
    public required string CredentialId { get; init; }

    /// <summary>Language of all texts, ISO 639-1, e.g. <c>en</c>.</summary>
    public required string Language { get; init; }

    /// <summary>Who issues and awards (M3, M4).</summary>
    public required EdcOrganisation Issuer { get; init; }

    /// <summary>Who earned it (M1).</summary>
    public required EdcHolder Holder { get; init; }

    /// <summary>Title (M2).</summary>
    public required string Title { get; init; }

    /// <summary>Day of award (M5).</summary>
    public required DateOnly AwardedOn { get; init; }

    /// <summary>Learning outcomes (M6), at least one.</summary>
    public required ImmutableArray<EdcOutcome> Outcomes { get; init; }

    /// <summary>ECTS credits (M7).</summary>
    public required EctsCredits Credits { get; init; }

    /// <summary>Notional workload as xsd:duration (M7), e.g. <c>PT75H</c>.</summary>
    public required string Volume { get; init; }

    /// <summary>EQF level, 1 to 8 (M8).</summary>
    public required int EqfLevel { get; init; }

    /// <summary>How the outcomes were assessed (M9), at least one.</summary>
    public required ImmutableArray<EdcAssessment> Assessments { get; init; }

    /// <summary>Form of participation (M10).</summary>
    public required LearningMode Mode { get; init; }

    /// <summary>Quality assurance (M11), at least one.</summary>
    public required ImmutableArray<EdcQualityAssurance> QualityAssurance { get; init; }

    /// <summary>Codes of what was learnt in the issuer's catalogue, e.g. <c>CR/EST101</c>. Empty when there is none.</summary>
    public ImmutableArray<string> Codes { get; init; } = [];

    /// <summary>Grade and grading scheme (O3).</summary>
    public required AchievedGrade Grade { get; init; }

    /// <summary>Result: a transcript also says what was not passed.</summary>
    public ResultStatus Status { get; init; }

    /// <summary>Learning setting.</summary>
    public LearningSetting Setting { get; init; }

    /// <summary>ISCED-F 2013 codes, 2 to 4 digits.</summary>
    public ImmutableArray<string> IscedFields { get; init; } = [];

    /// <summary>Languages of instruction, ISO 639-1.</summary>
    public ImmutableArray<string> LanguagesOfInstruction { get; init; } = [];

    /// <summary>End of validity; null for a credential that does not expire.</summary>
    public DateTimeOffset? ValidUntil { get; init; }

    /// <summary>A new identifier: <c>urn:credential:</c> and a random UUID (RFC 9562, version 4).</summary>
    public static string NewCredentialId()
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return $"urn:credential:{new Guid(bytes, bigEndian: true)}";
    }
}

/// <summary>The organisation that issues and awards.</summary>
/// <param name="LegalName">Legal name.</param>
/// <param name="Domain">SCHAC domain.</param>
/// <param name="LegalIdentifier">Identifier as in the seal's organizationIdentifier, e.g. <c>VATES-G12345678</c>.</param>
/// <param name="CountryCode">ISO 3166-1 alpha-3, upper case.</param>
/// <param name="HomePage">Home page.</param>
public sealed record EdcOrganisation(string LegalName, OrganisationId Domain, string LegalIdentifier, string CountryCode, string HomePage);

/// <summary>The person who earned the credential.</summary>
/// <param name="Identifier">European Student Identifier, or another identifier unique to the person.</param>
/// <param name="GivenName">Given name.</param>
/// <param name="FamilyName">Family name.</param>
/// <param name="BornOn">Date of birth, if it shall be stated.</param>
public sealed record EdcHolder(string Identifier, string GivenName, string FamilyName, DateOnly? BornOn);

/// <summary>One learning outcome.</summary>
/// <param name="Title">What the learner knows, understands or can do.</param>
/// <param name="Skills">ESCO skills as IRIs under <c>http://data.europa.eu/esco/</c>.</param>
public sealed record EdcOutcome(string Title, ImmutableArray<string> Skills);

/// <summary>One assessment.</summary>
/// <param name="Type">Type; not <see cref="AssessmentType.Unspecified"/>.</param>
/// <param name="Supervision">Supervision and identity verification (O2); left out when unspecified.</param>
public sealed record EdcAssessment(AssessmentType Type, AssessmentSupervision Supervision);

/// <summary>A quality assurance of the awarding body.</summary>
/// <param name="Id">IRI, e.g. a DEQAR permalink, or a local <c>urn:</c>.</param>
/// <param name="Type">Type in words of the ELM list, e.g. <c>Institutional Quality Assurance</c>.</param>
/// <param name="Title">Title.</param>
/// <param name="Agent">Legal name of the agency, or of the organisation itself for internal assurance.</param>
public sealed record EdcQualityAssurance(string Id, string Type, string Title, string Agent);
