using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MicroCreds.Console.Security;

/// <summary>Keeps the keys that protect cookies and forms where the options say.</summary>
internal sealed class ConsoleKeys(IOptions<ConsoleOptions> options, ILoggerFactory loggers) : IConfigureOptions<KeyManagementOptions>
{
    public void Configure(KeyManagementOptions keys)
    {
        if (options.Value.KeysDirectory is { Length: > 0 } directory)
            keys.XmlRepository = new FileSystemXmlRepository(new DirectoryInfo(directory), loggers);
    }
}
