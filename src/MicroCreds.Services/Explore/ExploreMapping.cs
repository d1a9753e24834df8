using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;
using MicroCreds.Domain.Verification;
using MicroCreds.Services.Equivalence;
using MicroCreds.Services.Errors;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Services.Explore;

/// <summary>Between explorations of the domain and of the contract.</summary>
internal static class ExploreMapping
{
    private const int MinTimeoutMs = 100;
    private const int MaxTimeoutMs = 10_000;
    private const int DefaultTimeoutMs = 3_000;

    /// <summary>Longest explanation of a partner that is shown.</summary>
    private const int MaxDetail = 500;

    /// <summary>Reads a request. A file is looked into only after the caller was let in, by <see cref="Describe"/>.</summary>
    internal static AskedExploration ToExploration(Wire.ExploreRecognitionRequest request)
    {
        var fields = new RequestFields();
        fields.Institution(request.Institution);
        var asOf = fields.Day("as_of_date", request.AsOfDate);
        fields.Require(request.PartnerTimeoutMs is 0 or (>= MinTimeoutMs and <= MaxTimeoutMs), "partner_timeout_ms", $"must be from {MinTimeoutMs} to {MaxTimeoutMs}, or 0");
        Wire.AchievementDescription? described = null;
        switch (request.SubjectCase)
        {
            case Wire.ExploreRecognitionRequest.SubjectOneofCase.Achievement:
                EquivalenceMapping.Described(request.Achievement, fields);
                described = request.Achievement;
                break;
            case Wire.ExploreRecognitionRequest.SubjectOneofCase.Credential:
                fields.Require(request.Credential.Length > 0, "credential", "is required: the file byte for byte");
                break;
            default:
                fields.Wrong("subject", "is required: an achievement or a credential");
                break;
        }

        fields.ThrowIfWrong();
        if (request.Credential.Length > TransportLimits.MaxCredentialBytes)
            throw Problem.Of(ProblemCode.CredentialTooLarge, $"The credential file has {request.Credential.Length} bytes; this node takes at most {TransportLimits.MaxCredentialBytes}.",
                ("size_bytes", $"{request.Credential.Length}"), ("limit_bytes", $"{TransportLimits.MaxCredentialBytes}")).ToRpcException();
        return new(asOf, TimeSpan.FromMilliseconds(request.PartnerTimeoutMs == 0 ? DefaultTimeoutMs : request.PartnerTimeoutMs), described);
    }

    /// <summary>The description of a verified credential; ends the call when it is turned away at the door or is of no member.</summary>
    internal static Wire.AchievementDescription Describe(CredentialReport report)
    {
        if (CaseDoor.Refusal(report) is { } refusal) throw refusal.ToRpcException();
        if (report is { Achievement: { } achievement, AwardingBodyId: { } body }) return CredentialDescription.Of(report, achievement, body);
        throw Problem.InvalidRequest([new FieldViolation("credential", "must claim an achievement that a member awarded; describe another achievement in words")]).ToRpcException();
    }

    /// <summary>What an institution answered.</summary>
    internal static Wire.ExploredInstitution Answered(OrganisationId institution, string name, Wire.FindEquivalencesResponse answer, TimeSpan elapsed)
    {
        var wire = Silent(institution, name, Wire.ExploredInstitution.Types.Outcome.Answered, "", "", elapsed);
        wire.Answers.AddRange(answer.Answers);
        wire.Tables.AddRange(answer.Tables);
        wire.Warnings.AddRange(answer.Warnings);
        return wire;
    }

    /// <summary>Why an institution did not answer.</summary>
    internal static Wire.ExploredInstitution Silent(
        OrganisationId institution, string name, Wire.ExploredInstitution.Types.Outcome outcome, string reason, string detail, TimeSpan elapsed) => new()
    {
        Institution = institution.Value, Name = name, Outcome = outcome, Reason = reason, Detail = detail.Length <= MaxDetail ? detail : detail[..MaxDetail],
        ElapsedMs = (int)elapsed.TotalMilliseconds,
    };
}

/// <summary>An exploration as asked.</summary>
/// <param name="AsOf">Day; null for today.</param>
/// <param name="Patience">Time of each partner.</param>
/// <param name="Described">Achievement in words; null when a credential is given.</param>
internal sealed record AskedExploration(DateOnly? AsOf, TimeSpan Patience, Wire.AchievementDescription? Described);
