using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using MicroCreds.Federation.V1;
using Party = MicroCreds.Federation.V1.AgreementSignature.Types.Party;

namespace MicroCreds.Tests.Console;

/// <summary>A node with one learning agreement in two versions, ended.</summary>
internal sealed class FakeAgreements(FakeNode node) : AgreementService.AgreementServiceBase
{
    public static RecordedAgreement Agreement { get; } = new()
    {
        AgreementId = "LA-17", Etag = "3", LearnerKey = new string('k', 43), LastDate = "2026-01-31", EndReason = "Went <b>home</b>.", EndedBy = "olga", EndTime = Timestamp.FromDateTimeOffset(DateTimeOffset.UnixEpoch),
        Versions = { Version(2, "INF4 is not offered.", ("EST101", true, "")), Version(1, "", ("EST101", true, ""), ("INF4", false, "After the safety briefing.")) },
    };

    public override Task<ListAgreementsResponse> ListAgreements(ListAgreementsRequest request, ServerCallContext context)
    {
        node.Note(request, context);
        return Task.FromResult(new ListAgreementsResponse { RecordedAgreements = { request.Programme == "L-99" ? [] : new[] { Agreement } }, NextPageToken = request.PageToken.Length == 0 ? node.NextPageToken : "" });
    }

    public override Task<GetAgreementResponse> GetAgreement(GetAgreementRequest request, ServerCallContext context)
    {
        node.Note(request, context);
        return Task.FromResult(new GetAgreementResponse { RecordedAgreement = Agreement });
    }

    private static AgreementVersion Version(int number, string changes, params (string Code, bool Automatic, string Condition)[] components) => new()
    {
        Version = number, Digest = $"digest-{number}", SignedDate = "2025-08-20", RecordedBy = "olga", RecordTime = Timestamp.FromDateTimeOffset(DateTimeOffset.UnixEpoch),
        Agreement = new()
        {
            AgreementId = "LA-17", Programme = "L-33", HostOrganisation = "uni-madrid.example", ValidFromDate = "2025-09-01", Changes = changes,
            Signatures = { new[] { Party.Learner, Party.Institution, Party.Host }.Select(p => new AgreementSignature { Party = p, SignedDate = "2025-08-20" }) },
            Components = { components.Select(c => new AgreementComponent { AwardingBody = "uni-madrid.example", Code = c.Code, Title = $"Course {c.Code}", Unit = "STAT", EctsCreditsHundredths = 600, Automatic = c.Automatic, Condition = c.Condition }) },
        },
    };
}
