using System.Security.Cryptography;
using MicroCreds.Domain.Jose;

namespace MicroCreds.Tests.Domain.Jose;

public sealed class KeyTests
{
    // RFC 7517, appendix A.1, first key; thumbprint computed over the members of RFC 7638, 3.2.
    private const string RfcKey = """{"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","use":"enc","kid":"1"}""";

    [Fact]
    public void has_the_thumbprint_of_the_required_members()
    {
        Assert.True(VerificationKey.TryFromJwk(RfcKey, out var key));
        Assert.Equal("cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s", key!.KeyId);
        Assert.True(VerificationKey.TryFromJwk(key.Jwk, out var again));
        Assert.Equal(key.KeyId, again!.KeyId);
    }

    [Theory]
    [InlineData("P-384", "EC")]
    [InlineData("P-256", "RSA")]
    public void refuses_other_kinds_of_key(string curve, string kind) =>
        Assert.False(VerificationKey.TryFromJwk(RfcKey.Replace("P-256", curve, StringComparison.Ordinal).Replace("\"EC\"", $"\"{kind}\"", StringComparison.Ordinal), out _));

    [Fact]
    public void refuses_a_point_off_the_curve_and_a_private_key()
    {
        Assert.False(VerificationKey.TryFromJwk(RfcKey.Replace("4Etl", "5Etl", StringComparison.Ordinal), out _));
        Assert.False(VerificationKey.TryFromJwk(RfcKey.Replace("\"use\":\"enc\"", "\"d\":\"AA\"", StringComparison.Ordinal), out _));
    }

    [Fact]
    public void survives_export_and_import()
    {
        var key = SigningKey.Generate();
        Assert.True(SigningKey.TryImportPem(key.ExportPem(), out var again));
        Assert.Equal(key.KeyId, again!.KeyId);
        Assert.True(key.PublicKey.Verify("text"u8, again.Sign("text"u8)));
        Assert.False(key.PublicKey.Verify("test"u8, again.Sign("text"u8)));
    }

    [Fact]
    public void gives_each_purpose_a_secret_that_whoever_holds_the_key_has()
    {
        var key = SigningKey.Generate();
        Assert.True(SigningKey.TryImportPem(key.ExportPem(), out var again));
        Assert.Equal(key.Derive("one"u8, 32), again!.Derive("one"u8, 32));
        Assert.NotEqual(key.Derive("one"u8, 32), key.Derive("two"u8, 32));
        Assert.NotEqual(key.Derive("one"u8, 32), SigningKey.Generate().Derive("one"u8, 32));
    }

    [Fact]
    public void refuses_other_pem_blocks()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var rsa = RSA.Create(2048);
        Assert.False(SigningKey.TryImportPem(other.ExportPkcs8PrivateKeyPem(), out _));
        Assert.False(SigningKey.TryImportPem(rsa.ExportPkcs8PrivateKeyPem(), out _));
        Assert.False(SigningKey.TryImportPem(other.ExportSubjectPublicKeyInfoPem(), out _));
        Assert.False(SigningKey.TryImportPem("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", out _));
        Assert.False(SigningKey.TryImportPem("nothing", out _));
    }

    [Fact]
    public void reads_the_public_key_of_a_certificate()
    {
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var der = ecdsa.ExportSubjectPublicKeyInfo();
        Assert.True(VerificationKey.TryFromSubjectPublicKeyInfo(der, out _));
        Assert.False(VerificationKey.TryFromSubjectPublicKeyInfo([.. der, 0], out _));
        Assert.False(VerificationKey.TryFromSubjectPublicKeyInfo(der.AsSpan(1), out _));
    }
}
