using MicroCreds.Cli;
using MicroCreds.Cli.Output;

return await CommandTree.RunAsync(args, CommandHost.System, CancellationToken.None);
