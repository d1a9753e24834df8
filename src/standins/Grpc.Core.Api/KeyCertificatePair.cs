using Grpc.Core.Utils;

namespace Grpc.Core;

/// <summary>A certificate chain with its private key.</summary>
public sealed class KeyCertificatePair
{
    /// <summary>Makes a pair; both are in PEM.</summary>
    public KeyCertificatePair(string certificateChain, string privateKey)
    {
        CertificateChain = GrpcPreconditions.CheckNotNull(certificateChain, nameof(certificateChain));
        PrivateKey = GrpcPreconditions.CheckNotNull(privateKey, nameof(privateKey));
    }

    /// <summary>Certificates in PEM, own first.</summary>
    public string CertificateChain { get; }

    /// <summary>Private key in PEM.</summary>
    public string PrivateKey { get; }
}
