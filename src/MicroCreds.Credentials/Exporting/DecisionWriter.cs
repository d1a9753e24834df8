using System.Collections.Immutable;
using System.Diagnostics;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using MicroCreds.Credentials.Certificates;
using MicroCreds.Credentials.EuropeanDigitalCredential;
using MicroCreds.Credentials.Issuing;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Credentials.Exporting;

/// <summary>The institution in whose name decisions are written.</summary>
/// <param name="Domain">SCHAC domain.</param>
/// <param name="Name">Name.</param>
/// <param name="HomePage">Home page.</param>
/// <param name="QualityAssurance">Its quality assurance, which the credential states for what it awards (M11 of Annex I); may be empty.</param>
/// <param name="HoursPerCredit">Hours of work per ECTS credit, 25 to 30.</param>
public sealed record DecidingInstitution(OrganisationId Domain, string Name, string HomePage, ImmutableArray<EdcQualityAssurance> QualityAssurance, int HoursPerCredit)
{
    /// <summary>Address under which its status lists are published, ending with a slash; empty when they are not.</summary>
    public string StatusLists { get; init; } = "";
}

/// <summary>Writes an institution's decisions as sealed ELM credentials and as ELMO. Safe to use from many threads.</summary>
/// <param name="institution">The institution.</param>
/// <param name="seal">Its seal; null when it has none on this node.</param>
public sealed class DecisionWriter(DecidingInstitution institution, SealingCertificate? seal) : IDecisionWriter
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // Country and legal identifier are those of the seal: the one place where a third party has confirmed them.
    private readonly EdcOrganisation _organisation = new(
        institution.Name, institution.Domain, seal?.LegalIdentifier ?? "", ElmVocabulary.CountryAlpha3Of(LegalIdentifier.TryParse(seal?.LegalIdentifier)?.Country ?? ""), institution.HomePage);

    /// <inheritdoc/>
    public bool PublishesStatus => seal is not null && institution.StatusLists.Length > 0;

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> WriteStatusList(int list, IReadOnlyCollection<int> withdrawn, DateTimeOffset at) =>
        seal is not null && PublishesStatus ? DecisionStatusList.Write(institution.StatusLists, institution.Name, list, withdrawn, seal, at) : throw new InvalidOperationException($"{institution.Domain} publishes no status lists.");

    /// <inheritdoc/>
    public Result<DecisionDocument> Write(DecisionForm form, RecognitionCase c, RuleBook rules, StatusPlace? place, DateTimeOffset at)
    {
        if (DecisionDocuments.InEffect(c).Failed(out var problem, out var decision)) return problem;
        var name = $"{c.Application.Case}-v{decision.Version}";
        return form switch
        {
            DecisionForm.Elm => Sealed(c, decision, rules, name, place, at),
            DecisionForm.Elmo => new DecisionDocument(ElmoDecision.Write(_organisation, c, decision, rules, at), "application/xml", $"{name}.elmo.xml"),
            _ => throw new UnreachableException(),
        };
    }

    private Result<DecisionDocument> Sealed(RecognitionCase c, Decision decision, RuleBook rules, string name, StatusPlace? place, DateTimeOffset at)
    {
        if (seal is null) return Problem.Of(ProblemCode.SealMissing, $"{institution.Domain} has no sealing certificate on this node.", ("institution", institution.Domain.Value));
        if (!DecisionDocuments.Granted(c, decision).Any()) return DecisionDocuments.Conflict(c, "has a decision that grants nothing");
        var credential = new ElmDecision(_organisation, institution.QualityAssurance, institution.HoursPerCredit, c, decision, rules).Write();
        if (place is not null && PublishesStatus) credential["credentialStatus"] = DecisionStatusList.Entry(institution.StatusLists, place);
        return new DecisionDocument(JadesSealer.Seal(Encoding.UTF8.GetBytes(credential.ToJsonString(Plain)), seal, at), "application/json", $"{name}.elm.json");
    }
}

/// <summary>What the files of a case say of what a line of its decision is about.</summary>
internal static class DecidedAchievements
{
    /// <summary>The achievement of a line: that of its title among those of the file, else the file's first; null when the file said none.</summary>
    public static Domain.Achievements.Achievement? Of(RecognitionCase c, DecisionLine line) =>
        c.Reports.FirstOrDefault(r => r.Digest == line.Credential) is not { Achievement: { } first } report ? null
        : report.FurtherAchievements.Prepend(first).FirstOrDefault(a => a.Title.ToString() == line.AchievementTitle) ?? first;

    /// <summary>The learner, as the first file that names one says.</summary>
    public static Holder? LearnerOf(RecognitionCase c) => c.Reports.Select(r => r.Holder).FirstOrDefault(h => h is not null);

    /// <summary>Identifier of the learner that others know too; empty when the file gave none.</summary>
    public static string IdentifierOf(Holder learner) => learner.Identifier.StartsWith("name:", StringComparison.Ordinal) ? "" : learner.Identifier;
}
