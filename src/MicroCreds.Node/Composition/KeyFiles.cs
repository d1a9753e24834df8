using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MicroCreds.Credentials.Issuing;
using MicroCreds.Domain.Jose;
using MicroCreds.Node.Configuration;
using MicroCreds.Node.Operations;

namespace MicroCreds.Node.Composition;

/// <summary>Keys in files that only the node's account may read.</summary>
internal static class KeyFiles
{
    // EEXIST of Linux and macOS.
    private const int NameTaken = 17;

    /// <summary>The signing key in a PEM file; made when <paramref name="create"/> and the file is not there.</summary>
    public static SigningKey SigningKey(string path, bool create)
    {
        if (!File.Exists(path) && create) MakeSecret(path, Domain.Jose.SigningKey.Generate().ExportPem());
        return Domain.Jose.SigningKey.TryImportPem(Read(path), out var key) ? key
            : throw new ConfigurationException($"{path} is not an EC P-256 private key in PKCS#8 PEM.");
    }

    /// <summary>Directory of the keys that nodes behind one address share.</summary>
    public static string SharedDirectory(NodeOptions options) => Path.GetFullPath(options.KeysDirectory.Length > 0 ? options.KeysDirectory : Path.Combine(options.DataDirectory, "keys"));

    /// <summary>File of the key of staff tokens.</summary>
    public static string StaffKeyFile(NodeOptions options) => Path.Combine(SharedDirectory(options), "staff.pem");

    /// <summary>The key of staff tokens; made when it is not there.</summary>
    public static SigningKey StaffKey(NodeOptions options) => SigningKey(StaffKeyFile(options), create: true);

    /// <summary>The secret for learners' pseudonyms; made when the file is not there. Losing it separates learners from their ledger.</summary>
    public static byte[] LearnerSecret(string path)
    {
        if (!File.Exists(path)) MakeSecret(path, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        try
        {
            return Convert.FromBase64String(Read(path).Trim()) is { Length: 32 } secret ? secret : throw new FormatException();
        }
        catch (FormatException e)
        {
            throw new ConfigurationException($"{path} does not hold 32 bytes in base64.", e);
        }
    }

    /// <summary>The TLS certificate with its key.</summary>
    public static X509Certificate2 TlsCertificate(string certificate, string key)
    {
        try
        {
            using var loaded = X509Certificate2.CreateFromPem(Read(certificate), Read(key));
            // TLS on Windows wants the key in a container of its own; elsewhere this is a plain copy.
            return X509CertificateLoader.LoadPkcs12(loaded.Export(X509ContentType.Pkcs12), null);
        }
        catch (CryptographicException e)
        {
            throw new ConfigurationException($"{certificate} and {key} are not a certificate and its private key in PEM: {e.Message}", e);
        }
    }

    /// <summary>The institution's seal; null when neither file is there.</summary>
    /// <exception cref="ConfigurationException">Only one of them is there, or they make no seal.</exception>
    public static SealingCertificate? Seal(string certificate, string key) =>
        !File.Exists(certificate) && !File.Exists(key) ? null
        : SealingCertificate.TryImportPem(Read(certificate), Read(key), out var seal) ? seal
        : throw new ConfigurationException($"{certificate} and {key} make no seal: they must belong together, be on P-256, and the certificate must carry an organizationIdentifier.");

    /// <summary>Makes a directory and those above it.</summary>
    /// <exception cref="ConfigurationException">The account of the node may not, or something else stands there.</exception>
    public static void MakeDirectory(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"The directory {path} cannot be made or used: {e.Message}", e);
        }
    }

    /// <summary>Writes a file that only this account may read, as a whole or not at all, in place of one that is there.</summary>
    /// <exception cref="ConfigurationException">It cannot be written.</exception>
    public static void WriteSecret(string path, string content) => Write(path, content, temporary => File.Move(temporary, path, overwrite: true));

    /// <summary>Writes such a file unless one is there by then. Of several that do so at once, in whatever process, one succeeds, and each may read its file at once.</summary>
    /// <exception cref="ConfigurationException">It cannot be written.</exception>
    internal static void MakeSecret(string path, string content) => Write(path, content, temporary => Place(temporary, path));

    private static void Write(string path, string content, Action<string> place)
    {
        MakeDirectory(Path.GetDirectoryName(path) ?? ".");
        // Others may write the same file at the same time.
        var temporary = $"{path}.{RandomNumberGenerator.GetHexString(16, lowercase: true)}.new";
        try
        {
            PrivateFile.Write(temporary, System.Text.Encoding.UTF8.GetBytes(content));
            place(temporary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"{path} cannot be written: {e.Message}", e);
        }
        finally
        {
            // Not there any more where it became the file itself.
            File.Delete(temporary);
        }
    }

    /// <summary>Gives a file its name unless that is taken.</summary>
    private static void Place(string temporary, string path)
    {
        // File.Move looks whether the name is taken and then replaces what took it in between; a second name for the file is given by the system or not at all.
        if (!OperatingSystem.IsWindows() && (Link(Text(temporary), Text(path)) == 0 || Marshal.GetLastPInvokeError() == NameTaken)) return;
        try
        {
            File.Move(temporary, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another one was first.
        }
    }

    [DllImport("libc", EntryPoint = "link", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Link(byte[] existing, byte[] path);

    private static byte[] Text(string path) => [.. System.Text.Encoding.UTF8.GetBytes(path), 0];

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"{path} cannot be read: {e.Message} The guide to keys says how it is made.", e);
        }
    }
}
