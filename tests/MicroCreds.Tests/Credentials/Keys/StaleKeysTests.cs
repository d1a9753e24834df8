using MicroCreds.Credentials.Issuing;
using MicroCreds.Credentials.Status;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Tests.Credentials.Keys;

/// <summary>Keys of a registered issuer that could not be confirmed in time: they still show who signed, and a person decides.</summary>
public sealed class StaleKeysTests
{
    private static readonly SigningKey Key = SigningKey.Generate();
    private static readonly SigningIssuer Issuer = Of(Key);
    private static readonly TrustedIssuer Fresh = Registered(null, Issuer);
    private static readonly TrustedIssuer Stale = Registered(Seals.At.AddDays(-1), Issuer);

    public static TheoryData<string> Formats() => ["ob3-vc-jwt", "ob3-vc-di", "sd-jwt"];

    [Theory]
    [MemberData(nameof(Formats))]
    public void holds_what_they_signed_with_the_reason(string format)
    {
        var file = Issue(format, Issuer);
        Assert.Equal(Verdict.Accept, Seals.Verify(file, Fresh).Verdict);
        var report = Seals.Verify(file, Stale);
        Assert.Equal((Verdict.Hold, Seals.Voluntariado), (report.Verdict, report.IssuerId));
        Assert.Equal([ReasonClass.KeyUnresolvable], report.Reasons.AsEnumerable());
        Assert.Contains("relied upon until 2026-08-31 12:00:00Z", report.Check(CheckKind.CertificateChain).Evidence, StringComparison.Ordinal);
        Assert.Equal("Plataforma Voluntariado", report.Issuer!.LegalName.ToString());
        Assert.Null(CaseDoor.Refusal(report));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void refuses_what_another_key_signed_and_says_that_the_issuer_may_have_others(string format)
    {
        var other = Of(SigningKey.Generate());
        var file = Issue(format, other);
        Assert.Equal([ReasonClass.ProofInvalid], Seals.Verify(file, Registered(null, other)).Reasons.AsEnumerable());
        var report = Seals.Verify(file, Registered(Seals.At.AddDays(-1), other));
        Assert.Equal((Verdict.Reject, ReasonClass.KeyUnresolvable), (report.Verdict, report.Reasons.Single()));
        Assert.Contains("may have others now", report.Check(CheckKind.Seal).Evidence, StringComparison.Ordinal);
        Assert.NotNull(CaseDoor.Refusal(report));
    }

    [Fact]
    public void relies_on_no_status_list_that_they_signed()
    {
        var list = StatusListTests.Bitstring(l => l["issuer"] = Issuer.Id, Key, kid: Issuer.Method);
        var place = new StatusPointer("BitstringStatusListEntry", "revocation", "https://lists.example/1", 0);
        Assert.Equal(StatusAnswer.Clear, StatusListBook.Read([(place.List, list)], [Fresh]).Ask(place, Seals.At));
        Assert.Equal(StatusAnswer.Unavailable, StatusListBook.Read([(place.List, list)], [Stale]).Ask(place, Seals.At));
    }

    private static SigningIssuer Of(SigningKey key) => SigningIssuer.TryCreate("did:web:voluntariado.example", key, out var issuer) ? issuer : throw new InvalidOperationException();

    private static TrustedIssuer Registered(DateTimeOffset? staleSince, SigningIssuer named) => new(Seals.Voluntariado, [], [], "keys fetched from https://voluntariado.example/.well-known/did.json")
    {
        CredentialIssuers = [new(Issuer.Id, [new(named.Method, Key.PublicKey.Jwk)]) { StaleSince = staleSince }],
    };

    private static byte[] Issue(string format, SigningIssuer issuer) => format switch
    {
        "ob3-vc-jwt" => new OpenBadgeIssuer(issuer).IssueToken(Seals.Claims, Seals.At),
        "ob3-vc-di" => new OpenBadgeIssuer(issuer).IssueWithProof(Seals.Claims, Seals.At),
        _ => new SdJwtIssuer(issuer).Issue(Seals.Claims, Seals.At, null),
    };
}
