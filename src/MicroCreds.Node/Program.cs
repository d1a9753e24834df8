using MicroCreds.Node.Composition;
using MicroCreds.Node.Configuration;
using MicroCreds.Node.Operations;
using MicroCreds.Storage;

// Exit codes: 0 stopped as asked, 1 unexpected, 2 configuration, 3 store. Operations have their own.
if (args is ["--probe", var address]) return await Probe.RunAsync(address, Console.Error);
if (OperationLine.IsOperation(args)) return OperationRun.Run(args, Console.Out, Console.Error, TimeProvider.System);
try
{
    await NodeHost.RunAsync(args);
    return Environment.ExitCode;
}
catch (ConfigurationException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 2;
}
catch (StoreUnusableException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 3;
}
catch (IOException e) when (e.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
{
    await Console.Error.WriteLineAsync($"{e.Message} Choose another address under Node:Endpoints.");
    return 2;
}
