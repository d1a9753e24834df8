using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using MicroCreds.Credentials.Issuing;
using MicroCreds.Credentials.Trust;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Verification;
using MicroCreds.Federation.V1;
using MicroCreds.Services.Outside;
using MicroCreds.Services.Security;
using MicroCreds.Tests.Credentials;
using MicroCreds.Tests.Credentials.TrustedLists;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Case = MicroCreds.Federation.V1.RecognitionCase;
using State = MicroCreds.Federation.V1.RecognitionCase.Types.State;

namespace MicroCreds.Tests.Services.Outside;

/// <summary>Cases that wait for keys to be confirmed, or for a list of revoked certificates, and go on when the document comes.</summary>
public sealed class TrustFollowerTests : IAsyncLifetime
{
    private static readonly SigningKey Key = SigningKey.Generate();
    private static readonly SigningIssuer Issuer = SigningIssuer.TryCreate("did:web:voluntariado.example", Key, out var issuer) ? issuer : throw new InvalidOperationException();

    private readonly QualifiedAuthority _authority = new();
    private OutsideHost _host = null!;
    private TestNode _node = null!;

    public async Task InitializeAsync()
    {
        _host = await OutsideHost.StartAsync();
        _host.Answer("/did.json", Encoding.UTF8.GetBytes(Issuer.DidDocument()!.ToJsonString()), "application/did+json");
        var allowed = new AllowedAddresses([new(OutsideKind.IssuerKeys, _host.At("/did.json")), new(OutsideKind.RevocationList, _host.At("/ca.crl"))], [], [IPNetwork.Parse("127.0.0.0/8")]);
        var trust = new OutsideTrust([new(Issuer.Id, TestConsortium.Voluntariado, _host.At("/did.json"))], [], [new(_host.At("/ca.crl"), _authority.WithKey)]);
        _node = await TestNode.StartAsync(services: services => services
            .AddSingleton(allowed).AddSingleton<IOutsideTrust>(trust)
            .AddSingleton<ICredentialVerifier>(new Newest(() => trust.MakeVerifier([new(null, [], [_authority.Certificate], "pinned")])))
            .AddSingleton(provider => OutsideHost.Client(allowed, provider.GetRequiredService<TimeProvider>())));
        _node.Services.GetRequiredService<DocumentFetcher>().Load();
        await _node.Institution.PublishAsync();
        await WalkAsync(TimeSpan.Zero);
    }

    public async Task DisposeAsync()
    {
        await _node.DisposeAsync();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task takes_a_case_in_under_keys_that_are_stale_and_goes_on_when_they_are_confirmed()
    {
        _host.Answer("/did.json", context => { context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable; return Task.CompletedTask; });
        await WalkAsync(TimeSpan.FromHours(169));
        var waiting = await SubmitAsync(new OpenBadgeIssuer(Issuer).IssueToken(Seals.Claims with { AwardedOn = new(2026, 1, 20) }, TestNode.Start.AddDays(-20)));
        Assert.Equal((State.Referred, "key_unresolvable", true), (waiting.State, Chain(waiting).ReasonClass, Chain(waiting).Holds));
        Assert.Equal(0, await FollowAsync());

        _host.Answer("/did.json", Encoding.UTF8.GetBytes(Issuer.DidDocument()!.ToJsonString()), "application/did+json");
        await WalkAsync(TimeSpan.FromDays(1));
        Assert.Equal((1, 0), (await FollowAsync(), await FollowAsync()));
        Assert.Equal("none", Chain(await ReadAsync(waiting)).ReasonClass);
    }

    [Fact]
    public async Task says_why_a_credential_would_be_turned_away_once_its_issuer_has_other_keys()
    {
        var waiting = await SubmitAsync(new OpenBadgeIssuer(Issuer).IssueToken(Seals.Claims with { AwardedOn = new(2026, 1, 20) }, TestNode.Start.AddDays(-20)));
        Assert.Equal("none", Chain(waiting).ReasonClass);
        _host.Answer("/did.json", Encoding.UTF8.GetBytes(SigningIssuer.TryCreate(Issuer.Id, SigningKey.Generate(), out var next) ? next.DidDocument()!.ToJsonString() : ""), "application/did+json");
        await WalkAsync(TimeSpan.FromDays(1));
        var office = new AssessmentService.AssessmentServiceClient(_node.Staff("olga", StaffRole.Officer));
        var refusal = await RpcRefusal.Of(async () => await office.VerifyCaseAsync(new() { Change = CaseDesk.Change(waiting) }));
        Assert.Equal(("CASE_STATE_CONFLICT", "seal", "key_unresolvable"), (refusal.Reason, refusal["check"], refusal["reason_class"]));
        Assert.Equal(waiting.Etag, (await ReadAsync(waiting)).Etag);
    }

    [Fact]
    public async Task goes_on_when_the_list_of_revoked_certificates_comes()
    {
        var seal = _authority.Issue();
        var waiting = await SubmitAsync(JadesSealer.Seal(Encoding.UTF8.GetBytes(JsonNode.Parse(Seals.Issue())!["payload"]!.GetValue<string>()), seal, TestNode.Start));
        Assert.Equal((State.Referred, "status_unavailable"), (waiting.State, Chain(waiting).ReasonClass));
        _host.Answer("/ca.crl", RevocationListTests.ListOf(_authority, seal, null, TestNode.Start, TestNode.Start.AddDays(7)), "application/pkix-crl");
        await WalkAsync(TimeSpan.FromHours(1));
        Assert.Equal((1, 0), (await FollowAsync(), await FollowAsync()));
        Assert.Equal("none", Chain(await ReadAsync(waiting)).ReasonClass);
    }

    private static MicroCreds.Federation.V1.VerificationCheck Chain(Case c) => c.Verifications.Single().Checks.Single(k => k.Kind == "certificate_chain");

    private async Task<Case> SubmitAsync(byte[] file) =>
        (await new RecognitionService.RecognitionServiceClient(_node.Partner(TestConsortium.Voluntariado)).SubmitCredentialAsync(CaseDesk.Request(file, TestTables.Activities))).RecognitionCase;

    private async Task<Case> ReadAsync(Case c) =>
        (await new RecognitionService.RecognitionServiceClient(_node.Staff("olga", StaffRole.Officer)).GetCaseAsync(new GetCaseRequest { CaseId = c.CaseId })).RecognitionCase;

    private Task<int> WalkAsync(TimeSpan later)
    {
        _node.Clock.Advance(later);
        return _node.Services.GetRequiredService<DocumentFetcher>().WalkAsync(CancellationToken.None);
    }

    private Task<int> FollowAsync() => _node.Services.GetRequiredService<StatusFollower>().WalkAsync(CancellationToken.None);

    private sealed class Newest(Func<ICredentialVerifier> current) : ICredentialVerifier
    {
        public CredentialReport Verify(ReadOnlyMemory<byte> file, DateTimeOffset at) => current().Verify(file, at);
    }
}
