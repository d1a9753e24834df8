namespace Grpc.Core;

/// <summary>TLS credentials of a client.</summary>
public sealed class SslCredentials : ChannelCredentials
{
    private readonly VerifyPeerCallback? _verifyPeer;

    /// <summary>Trusts the roots of the platform and shows no certificate.</summary>
    public SslCredentials()
        : this(null)
    {
    }

    /// <summary>Trusts the given roots (PEM; null: those of the platform) and shows no certificate.</summary>
    public SslCredentials(string? rootCertificates)
        : this(rootCertificates, null)
    {
    }

    /// <summary>Trusts the given roots and shows a certificate.</summary>
    public SslCredentials(string? rootCertificates, KeyCertificatePair? keyCertificatePair)
        : this(rootCertificates, keyCertificatePair, null)
    {
    }

    /// <summary>Trusts the given roots, shows a certificate and asks a callback about the server's.</summary>
    public SslCredentials(string? rootCertificates, KeyCertificatePair? keyCertificatePair, VerifyPeerCallback? verifyPeerCallback)
    {
        RootCertificates = rootCertificates;
        KeyCertificatePair = keyCertificatePair;
        _verifyPeer = verifyPeerCallback;
    }

    /// <summary>Trusted roots in PEM; null means those of the platform.</summary>
    public string? RootCertificates { get; }

    /// <summary>Certificate of the client with its key; null means none.</summary>
    public KeyCertificatePair? KeyCertificatePair { get; }

    internal override bool IsComposable => true;

    /// <inheritdoc/>
    public override void InternalPopulateConfiguration(ChannelCredentialsConfiguratorBase configurator, object state) =>
        configurator.SetSslCredentials(state, RootCertificates, KeyCertificatePair, _verifyPeer);
}
