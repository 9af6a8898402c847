using Loupe.Silo.Hosting;

return await SiloProcess.RunAsync(args);
